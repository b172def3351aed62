// Completes names of users of the connected cluster.

using System.Threading.Tasks;
using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;

namespace Kv.PowerShell.Completion;

/// <summary>Completes names of users.</summary>
public sealed class KvUserCompleter : NameCompleterBase
{
    private protected override string Question => "users";

    private protected override async Task<string[]> NamesAsync(KvClient client, KvCall call) =>
        (await client.AuthReadAsync("user/list", EmptyRequest.Instance, call).ConfigureAwait(false)).Users;
}
