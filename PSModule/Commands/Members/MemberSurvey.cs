// Asks all members of a cluster how they are, at the same time, so that one that is down does not hold
// up the rest.

using System;
using System.Linq;
using System.Threading.Tasks;
using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

internal static class MemberSurvey
{
    /// <summary>The members, each with what it says of itself.</summary>
    public static async Task<KvMember[]> AskAsync(KvClient client, KvCall call)
    {
        var members = (await client.MemberListAsync(call).ConfigureAwait(false)).Members;
        var known = await Task.WhenAll(members.Select(m => AskAsync(client, m, call))).ConfigureAwait(false);

        // The member of the highest term knows best who leads.
        var leader = known.Where(static k => k.Status is { Leader: not 0 })
            .OrderByDescending(static k => k.Status!.RaftTerm)
            .Select(static k => k.Status!.Leader)
            .FirstOrDefault();
        foreach (var (member, _) in known)
        {
            member.IsLeader = leader != 0 && member.Id == leader;
        }

        return Array.ConvertAll(known, static k => k.Member);
    }

    /// <summary>Asks one member, at each of its client URLs until one answers.</summary>
    /// <exception cref="KvConnectionException">It has none, or none answered.</exception>
    public static async Task<T> AtAsync<T>(KvMember member, Func<KvEndpoint, Task<T>> ask)
    {
        KvException? last = null;
        foreach (var url in member.ClientUrl)
        {
            try
            {
                return await ask(KvEndpoint.Parse(url)).ConfigureAwait(false);
            }
            catch (KvException failure) when (failure is KvConnectionException or KvTimeoutException)
            {
                // Said on the verbose stream by the client; the next URL may do.
                last = failure;
            }
        }

        throw last ?? new KvConnectionException(
            KvErrorId.EndpointUnavailable, System.Management.Automation.ErrorCategory.ConnectionError, $"The member {member} has not been started.");
    }

    private static async Task<(KvMember Member, StatusResponse? Status)> AskAsync(KvClient client, Member member, KvCall call)
    {
        var known = new KvMember(member);
        if (known.ClientUrl.Length == 0)
        {
            known.Status = KvMemberStatus.NotStarted;
            return (known, null);
        }

        try
        {
            var status = await AtAsync(known, endpoint => client.StatusAsync(endpoint, call)).ConfigureAwait(false);
            Describe(known, status);
            return (known, status);
        }
        catch (KvException)
        {
            known.Status = KvMemberStatus.Unreachable;
            return (known, null);
        }
    }

    private static void Describe(KvMember member, StatusResponse status)
    {
        member.Status = status.Leader == 0 ? KvMemberStatus.NoLeader : KvMemberStatus.Online;
        member.ServerVersion = status.Version;
        member.DbSize = status.DbSize;
        member.RaftTerm = status.RaftTerm;
        member.RaftIndex = status.RaftIndex;
        member.RaftAppliedIndex = status.RaftAppliedIndex;
    }
}
