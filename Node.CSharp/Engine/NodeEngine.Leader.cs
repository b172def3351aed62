// What must be answered by the leader, wherever it is.
using Kv.Node.Grpc;
using Kv.Node.Peers;
using Kv.Node.Ports;

namespace Kv.Node.Engine;

internal sealed partial class NodeEngine
{
    private long _leaderSince;

    /// <summary>When this member last learned of another leader.</summary>
    public DateTimeOffset LeaderSince => new(Volatile.Read(ref _leaderSince), TimeSpan.Zero);

    /// <summary>When this member was started.</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>Asks the present leader over its peer port, and whoever leads next if that one does not
    /// answer or leads no longer.</summary>
    /// <param name="question">The question; null is no answer.</param>
    /// <param name="token">Gives up.</param>
    /// <exception cref="EtcdException">No leader, or no answer within the request timeout.</exception>
    internal async ValueTask<T> AskLeaderAsync<T>(
        Func<PeerClient, PeerAddress, CancellationToken, Task<T>> question, CancellationToken token)
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(token, _stopping.Token);
        bounded.CancelAfter(RequestTimeout);
        try
        {
            while (true)
            {
                if (AddressOf(Leader) is { } leader
                    && await question(_peers, leader, bounded.Token) is { } answer)
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
