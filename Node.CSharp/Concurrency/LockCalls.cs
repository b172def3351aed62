// What the Lock service does, apart from how a call arrives. The caller holds the lock for as long as the
// returned key exists; the key goes with its lease.
using Kv.Core.Auth;
using Kv.Node.Engine;
using Kv.Node.Grpc;
using Kv.Node.Grpc.Mapping;
using Kv.Node.Protos;
using Kv.Node.Protos.Locks;

namespace Kv.Node.Concurrency;

/// <summary>Handlers of the Lock service; they throw <see cref="EtcdException"/>.</summary>
internal sealed class LockCalls(
    NodeEngine engine, Contest contest, LeaseCalls leases, KvCalls kv, ResponseHeaders headers)
{
    /// <summary>Waits until the caller's lease has the lock; at once if it has it already.</summary>
    public async ValueTask<LockResponse> LockAsync(LockRequest request, Caller caller, CancellationToken token)
    {
        await using var session = await SessionLease.OpenAsync(engine, leases, request.Lease, caller, token);
        var entry = await contest.EnterAsync(new ContestKeys(request.Name), session.Id, default, caller, token);
        var revision = await contest.TakeTurnAsync(entry, token) ?? throw EtcdErrors.LockSessionExpired;
        session.HandOver();
        return new LockResponse { Header = headers.At(revision), Key = Bytes.Wrap(entry.Key) };
    }

    /// <summary>Deletes the key; that there is none is no error.</summary>
    public async ValueTask<UnlockResponse> UnlockAsync(UnlockRequest request, Caller caller, CancellationToken token)
    {
        var deleted = await kv.DeleteRangeAsync(new DeleteRangeRequest { Key = request.Key }, caller, token);
        return new UnlockResponse { Header = deleted.Header };
    }
}
