// The queue that locks and elections share. A contender enters by creating a key with its lease, and
// its turn has come when no key below the prefix was created before its own. Waiting is a watch of two
// keys, the one before and its own, so that a release wakes one waiter and the loss of a lease is
// noticed at once; what counts is the look at the whole queue in one state that follows.
using Kv.Core.Apply;
using Kv.Core.Auth;
using Kv.Core.Mvcc;
using Kv.Node.Engine;
using Kv.Node.Grpc;
using Kv.Node.Grpc.Mapping;
using Kv.Node.Protos;
using Kv.Node.Watch;
using Compare = Kv.Core.Mvcc.Compare;
using PutRequest = Kv.Core.Mvcc.PutRequest;
using TxnRequest = Kv.Core.Mvcc.TxnRequest;

namespace Kv.Node.Concurrency;

/// <summary>Enters, waits in and leaves the queues of locks and elections.</summary>
internal sealed class Contest(NodeEngine engine, WatchCalls watch, IHostApplicationLifetime lifetime)
{
    /// <summary>Creates the contender's key, or finds it if the lease is in the queue already.</summary>
    /// <param name="keys">The lock or election.</param>
    /// <param name="lease">The contender's lease, not 0.</param>
    /// <param name="value">Value of a new key.</param>
    /// <param name="caller">Who stands.</param>
    /// <param name="token">Looked at before anything is proposed.</param>
    /// <exception cref="EtcdException">There is no such lease, or the proposal failed.</exception>
    public async Task<ContestEntry> EnterAsync(
        ContestKeys keys, long lease, ReadOnlyMemory<byte> value, Caller caller, CancellationToken token)
    {
        var key = keys.KeyOf(lease);
        var first = Operation.NewRange(keys.First);
        var reply = await TxnAsync(
            IsCreatedAt(key, 0),
            [Operation.NewPut(new PutRequest(key, value, lease)), first],
            [Operation.NewRange(new(key, default)), first],
            caller,
            token);
        var own = reply.Succeeded ? null : ((RangeReply)reply.Replies[0]).Rows[0];
        var created = own?.CreateRevision ?? reply.Revision;
        var head = ((RangeReply)reply.Replies[1]).Rows[0];
        return new ContestEntry(
            keys, key, created, reply.Revision, reply.Succeeded, head.CreateRevision == created, own?.Value ?? value);
    }

    /// <summary>Waits until the entry's turn has come. A caller that gives up is taken out of the queue.</summary>
    /// <returns>A state in which it is first, read after every write acknowledged before; null if the
    /// entry is gone, because its lease ended or somebody deleted it.</returns>
    /// <exception cref="EtcdException">The node stops, or cannot tell for want of a leader.</exception>
    public async Task<long?> TakeTurnAsync(ContestEntry entry, CancellationToken token)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(token, lifetime.ApplicationStopping);
        try
        {
            // The transaction that entered it has seen the queue already.
            var revision = entry.IsFirst ? entry.Revision : await WaitAsync(entry, ended.Token);
            token.ThrowIfCancellationRequested();
            return revision;
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            // The caller is still there: it keeps its place and may ask another member.
            throw EtcdErrors.Stopped;
        }
        catch (Exception e) when (e is OperationCanceledException or EtcdException)
        {
            // A lease may hold the lock by an earlier call; what that has is not this caller's to drop.
            if (entry.IsNew || !entry.IsFirst)
            {
                await TryLeaveAsync(entry);
            }

            throw;
        }
    }

    /// <summary>Replaces the value of an entry.</summary>
    /// <param name="key">The contender's key.</param>
    /// <param name="created">Revision it was created at.</param>
    /// <param name="value">The new value.</param>
    /// <param name="lease">The lease the key is attached to from now on.</param>
    /// <param name="caller">Who wants it.</param>
    /// <param name="token">Looked at before anything is proposed.</param>
    /// <returns>The revision of the change; null if the entry is gone.</returns>
    /// <exception cref="EtcdException">There is no such lease, or the proposal failed.</exception>
    public async Task<long?> ReplaceAsync(
        ReadOnlyMemory<byte> key,
        long created,
        ReadOnlyMemory<byte> value,
        long lease,
        Caller caller,
        CancellationToken token)
    {
        var put = Operation.NewPut(new PutRequest(key, value, lease));
        var reply = await TxnAsync(IsCreatedAt(key, created), [put], [], caller, token);
        return reply.Succeeded ? reply.Revision : null;
    }

    /// <summary>Deletes an entry, if it is still the one created at that revision.</summary>
    /// <returns>The revision of the store afterwards.</returns>
    /// <exception cref="EtcdException">The proposal failed.</exception>
    public async Task<long> LeaveAsync(ReadOnlyMemory<byte> key, long created, Caller caller, CancellationToken token)
    {
        var delete = Operation.NewDelete(new DeleteRequest(key, default));
        return (await TxnAsync(IsCreatedAt(key, created), [delete], [], caller, token)).Revision;
    }

    /// <summary>Tells of changes of keys from a revision on.</summary>
    public ChangeFeed Follow(IEnumerable<WatchCreateRequest> watchers, CancellationToken token) =>
        ChangeFeed.Open(watch, watchers, token);

    private static Compare IsCreatedAt(ReadOnlyMemory<byte> key, long revision) =>
        new(CompareResult.Equal, CompareTarget.Create, key, default, revision, default);

    private static WatchCreateRequest DeletionOf(ReadOnlyMemory<byte> key, long fromRevision) => new()
    {
        Key = Bytes.Wrap(key),
        StartRevision = fromRevision,
        Filters = { WatchCreateRequest.Types.FilterType.Noput },
    };

    /// <summary>The entry's own row, or null if it is gone, and the last of those before it, or null.</summary>
    private static (Row? Own, Row? Before) Look(StoreState state, ContestEntry entry)
    {
        var request = entry.Keys.All;
        request.MaxCreateRevision = entry.Created;
        var (error, reply) = state.Range(request);
        StoreErrors.ThrowIfAny(error);
        Row? own = null;
        Row? before = null;
        foreach (var row in reply.Rows)
        {
            if (row.CreateRevision == entry.Created)
            {
                own = row.Key.Span.SequenceEqual(entry.Key.Span) ? row : own;
            }
            else if (before is null || row.CreateRevision > before.CreateRevision)
            {
                before = row;
            }
        }

        return (own, before);
    }

    private async Task<long?> WaitAsync(ContestEntry entry, CancellationToken token)
    {
        // Its own transaction is applied here, and nobody can come to stand before it any more. So an
        // older state errs only by showing what has left since.
        var state = engine.State;
        while (true)
        {
            var (own, before) = Look(state, entry);
            if (own is null)
            {
                return null;
            }

            if (before is null)
            {
                // Nobody is before it, but is it still there itself? Only a quorum knows.
                var newest = await engine.ReadAsync(token).AsTask().WaitAsync(token);
                return Look(newest, entry).Own is null ? null : newest.Revision;
            }

            var from = state.Revision + 1;
            await using (var changes = Follow([DeletionOf(before.Key, from), DeletionOf(entry.Key, from)], token))
            {
                await changes.NextAsync(token);
            }

            state = engine.State;
        }
    }

    /// <summary>Takes the entry of a caller that is gone out of the queue.</summary>
    private async Task TryLeaveAsync(ContestEntry entry)
    {
        try
        {
            await LeaveAsync(entry.Key, entry.Created, Caller.Node, CancellationToken.None);
        }
        catch (EtcdException)
        {
            // No quorum, or the node stops: the end of the lease takes it out.
        }
    }

    private async Task<TxnReply> TxnAsync(
        Compare guard, Operation[] success, Operation[] failure, Caller caller, CancellationToken token)
    {
        var outcome = await engine.ProposeAsync(Command.NewTxn(new TxnRequest([guard], success, failure)), caller, token);
        return outcome.ReplyOrThrow<TxnReply>();
    }
}
