// Get-KvHash: whether the members have the same keys. All are asked for the same revision.

using System.Linq;
using System.Management.Automation;
using System.Threading.Tasks;
using Kv.PowerShell.Client;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Compares the members' keys by their hash.</summary>
[Cmdlet(VerbsCommon.Get, "KvHash")]
[OutputType(typeof(KvHash))]
public sealed class GetKvHashCommand : KvClusterCommandBase
{
    /// <summary>The last revision to hash; without it the newest there is.</summary>
    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    public long Revision { get; set; }

    private protected override void Act()
    {
        var revision = Revision > 0 ? Revision : Send(static (client, call) => client.RevisionAsync(call));
        var members = Send(static (client, call) => client.MemberListAsync(call)).Members.Select(static m => new KvMember(m)).ToList();
        var hashes = Send((client, call) => Task.WhenAll(members.Select(m => AskAsync(client, m, revision, call))));
        foreach (var group in hashes.Select(static h => h.Hash).OfType<KvHash>().GroupBy(static h => (h.Revision, h.CompactRevision)))
        {
            var isDifferent = group.Select(static h => h.Hash).Distinct().Count() > 1;
            foreach (var hash in group)
            {
                hash.IsDifferent = isDifferent;
            }
        }

        foreach (var (member, hash, failure) in hashes)
        {
            if (hash is not null)
            {
                WriteObject(hash);
            }
            else
            {
                WriteError(failure!.ToErrorRecord(member));
            }
        }
    }

    private static async Task<(KvMember Member, KvHash? Hash, KvException? Failure)> AskAsync(
        KvClient client, KvMember member, long revision, KvCall call)
    {
        try
        {
            var answer = await MemberSurvey.AtAsync(member, e => client.HashKvAsync(e, revision, call)).ConfigureAwait(false);
            return (member, new KvHash(member, answer, revision), null);
        }
        catch (KvException failure)
        {
            return (member, null, failure);
        }
    }
}
