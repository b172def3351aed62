// What all answers share, so that one place can report the revision of each.

namespace Kv.PowerShell.Client.Json;

internal interface IResponse
{
    ResponseHeader? Header { get; }
}
