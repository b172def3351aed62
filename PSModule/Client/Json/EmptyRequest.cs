// The body of requests that have no fields.

namespace Kv.PowerShell.Client.Json;

internal sealed class EmptyRequest
{
    public static readonly EmptyRequest Instance = new();
}
