// Short questions to other members. A port: the simulator replaces it. No answer is an answer.
using Kv.Node.Engine;
using Kv.Node.Grpc;
using Kv.Node.Peers;

namespace Kv.Node.Ports;

/// <summary>Asks other members.</summary>
internal interface IPeerQuestions
{
    /// <summary>Renews leases at the leader.</summary>
    /// <returns>Granted seconds of each, 0 if there is no such lease; null if that member did not answer
    /// or does not lead.</returns>
    Task<long[]?> RenewLeasesAsync(PeerAddress leader, long[] ids, CancellationToken token);

    /// <summary>Asks the leader how long a lease still has.</summary>
    /// <returns>The time; null if that member did not answer or does not lead.</returns>
    Task<LeaseTime?> LeaseTimeToLiveAsync(PeerAddress leader, long id, CancellationToken token);

    /// <summary>Asks another member for the hash of its key space at a revision.</summary>
    /// <returns>The hash; null if it did not answer, or does not have that revision.</returns>
    Task<KeySpaceHash?> HashKvAsync(PeerAddress member, long revision, CancellationToken token);

    /// <summary>Has the leader change the membership.</summary>
    /// <returns>Null if nothing happened: that member was not reached, or does not lead.</returns>
    /// <exception cref="EtcdException">The leader refused; or it was asked and did not answer, and the
    /// change may happen or not.</exception>
    Task<MembershipResult?> ChangeMembershipAsync(PeerAddress leader, MembershipRequest change, CancellationToken token);
}
