// Completes ids of leases of the connected cluster, in the hexadecimal form etcdctl prints.

using System.Globalization;
using System.Linq;
using System.Threading.Tasks;
using Kv.PowerShell.Client;

namespace Kv.PowerShell.Completion;

/// <summary>Completes ids of leases.</summary>
public sealed class KvLeaseCompleter : NameCompleterBase
{
    private protected override string Question => "leases";

    private protected override async Task<string[]> NamesAsync(KvClient client, KvCall call)
    {
        var response = await client.LeaseListAsync(call).ConfigureAwait(false);
        return [.. response.Leases.Select(static l => l.Id.ToString("x16", CultureInfo.InvariantCulture))];
    }
}
