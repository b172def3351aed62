// The quota of the store (etcd-facts N1-N4). What counts is what the store holds in memory: the bytes of live
// keys and of retained history, each row with a fixed share of the trees around it. Deleting and compacting
// makes it less at once; there is nothing to defragment.
using Kv.Core.Apply;
using Kv.Node.Diagnostics;
using Kv.Node.Grpc;
using Kv.Node.Options;

namespace Kv.Node.Engine;

/// <summary>Refuses what does not fit any more, and tells the cluster.</summary>
internal sealed class StoreQuota(NodeEngine engine, NodeOptions options, ILogger logger)
{
    /// <summary>What a put costs beside its key and value (N1).</summary>
    public const long PutOverhead = 256;

    /// <summary>What a lease costs (N1).</summary>
    public const long LeaseCost = 64;

    private const long DefaultBytes = 2L << 30;

    /// <summary>An alarm that clears itself does so once a tenth of the quota is free: with less, a busy
    /// cluster would go back and forth.</summary>
    private const long FreeShare = 10;

    private int _isTelling;

    /// <summary>The quota, bytes; 0 is none.</summary>
    public long Bytes { get; } = options.QuotaBackendBytes == 0 ? DefaultBytes : Math.Max(0, options.QuotaBackendBytes);

    /// <summary>Makes sure that something fits, before it is proposed.</summary>
    /// <param name="cost">Bytes it may take.</param>
    /// <exception cref="EtcdException">It does not fit. The alarm is raised, and from then on all members
    /// refuse what adds to the store.</exception>
    public void RequireRoom(long cost)
    {
        if (Bytes == 0 || engine.State.SizeBytes + cost < Bytes)
        {
            return;
        }

        if (!HasAlarm(engine.State))
        {
            Tell(Command.NewAlarmRaise(engine.MemberId, AlarmKind.NoSpace), raises: true);
        }

        throw EtcdErrors.NoSpace;
    }

    /// <summary>Looks whether this member's alarm can be cleared, if it may clear itself.</summary>
    public void Look()
    {
        var state = engine.State;
        if (options.QuotaAutoClear && HasAlarm(state) && (Bytes == 0 || state.SizeBytes < Bytes - Bytes / FreeShare))
        {
            Tell(Command.NewAlarmClear(engine.MemberId, AlarmKind.NoSpace), raises: false);
        }
    }

    private bool HasAlarm(StoreState state)
    {
        foreach (var (member, kind) in state.Alarms)
        {
            if (member == engine.MemberId && kind == AlarmKind.NoSpace)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Once at a time: many callers meet the quota together.</summary>
    private async void Tell(Command command, bool raises)
    {
        if (Interlocked.Exchange(ref _isTelling, 1) != 0)
        {
            return;
        }

        try
        {
            if (raises)
            {
                logger.QuotaExceeded(engine.State.SizeBytes, Bytes);
            }

            await engine.ProposeOwnAsync(command, CancellationToken.None);
            if (!raises)
            {
                logger.QuotaRespected(engine.State.SizeBytes, Bytes);
            }
        }
        catch (EtcdException)
        {
            // No leader, or no time: whoever comes next tells it again.
        }
        finally
        {
            Volatile.Write(ref _isTelling, 0);
        }
    }
}
