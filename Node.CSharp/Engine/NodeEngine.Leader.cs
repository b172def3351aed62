// What must be answered by the leader, wherever it is.
using Kv.Node.Grpc;
using Kv.Node.Peers;
using Kv.Node.Ports;
using Kv.Node.Threads;

namespace Kv.Node.Engine;

internal sealed partial class NodeEngine
{
    private long _leaderSince;

    /// <summary>When this member last learned of another leader.</summary>
    public DateTimeOffset LeaderSince => new(Volatile.Read(ref _leaderSince), TimeSpan.Zero);

    /// <summary>When this member was started.</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>Asks the present leader, over its peer port if that is another member, and whoever leads
    /// next if that one does not answer or leads no longer.</summary>
    /// <param name="here">The question to this member; null is no answer.</param>
    /// <param name="there">The question to another; null is no answer.</param>
    /// <param name="token">Gives up.</param>
    /// <exception cref="EtcdException">No leader, or no answer within the request timeout.</exception>
    internal async ValueTask<T> AskLeaderAsync<T>(
        Func<CancellationToken, Task<T?>> here,
        Func<IPeerQuestions, PeerAddress, CancellationToken, Task<T?>> there,
        CancellationToken token)
        where T : class
    {
        using var bounded = BoundedBy(token);
        try
        {
            while (true)
            {
                var leader = Leader;
                var answer = leader == MemberId ? await here(bounded.Token)
                    : AddressOf(leader) is { } address ? await there(_peers, address, bounded.Token)
                    : null;
                if (answer is not null)
                {
                    return answer;
                }

                await Task.Delay(_options.HeartbeatInterval, _clock, bounded.Token);
            }
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            throw Leader == 0 ? EtcdErrors.NoLeader : EtcdErrors.Timeout;
        }
    }

    /// <summary>Asks the present leader, if it is another member.</summary>
    /// <returns>Its answer; null if there was none.</returns>
    internal async ValueTask<T?> AskLeaderOnceAsync<T>(
        Func<IPeerQuestions, PeerAddress, CancellationToken, Task<T?>> question, CancellationToken token)
        where T : class =>
        AddressOf(Leader) is { } leader ? await question(_peers, leader, token) : null;

    /// <summary>Asks one member a question.</summary>
    internal Task<T> AskMemberAsync<T>(
        Core.Apply.Member member, Func<IPeerQuestions, PeerAddress, CancellationToken, Task<T>> question, CancellationToken token) =>
        question(_peers, Address(member), token);

    /// <summary>A token that ends with the caller's, with the node, and after the request timeout.</summary>
    internal BoundedToken BoundedBy(CancellationToken token) => new(_clock, RequestTimeout, token, _stopping.Token);

    /// <summary>Where another member is; null for this member, none, and the unknown.</summary>
    private PeerAddress? AddressOf(ulong member)
    {
        foreach (var candidate in State.Members)
        {
            if (candidate.Id == member && member != MemberId)
            {
                return Address(candidate);
            }
        }

        return null;
    }

    private static PeerAddress Address(Core.Apply.Member member) =>
        new(member.Id, [.. member.PeerUrls.Select(url => new Uri(url))]);
}
