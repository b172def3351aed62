// Completes names of members of the connected cluster.

using System.Linq;
using System.Threading.Tasks;
using Kv.PowerShell.Client;

namespace Kv.PowerShell.Completion;

/// <summary>Completes names of members.</summary>
public sealed class KvMemberCompleter : NameCompleterBase
{
    private protected override string Question => "members";

    private protected override async Task<string[]> NamesAsync(KvClient client, KvCall call)
    {
        var response = await client.MemberListAsync(call).ConfigureAwait(false);
        return [.. response.Members.Select(static m => m.Name ?? string.Empty).Where(static n => n.Length > 0)];
    }
}
