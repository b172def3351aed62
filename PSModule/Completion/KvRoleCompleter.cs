// Completes names of roles of the connected cluster.

using System.Threading.Tasks;
using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;

namespace Kv.PowerShell.Completion;

/// <summary>Completes names of roles.</summary>
public sealed class KvRoleCompleter : NameCompleterBase
{
    private protected override string Question => "roles";

    private protected override async Task<string[]> NamesAsync(KvClient client, KvCall call) =>
        (await client.AuthReadAsync("role/list", EmptyRequest.Instance, call).ConfigureAwait(false)).Roles;
}
