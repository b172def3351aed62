// Decides when the node writes a snapshot of its own, and cuts the log behind it. A snapshot is due
// when the log since the last one has outgrown it, so what is written stays within a small factor of
// what clients wrote, whatever the size of the state.
using System.Diagnostics;
using Kv.Core.Apply;
using Kv.Node.Diagnostics;
using Kv.Node.Ports;
using Kv.Node.Recording;
using Kv.Node.Snapshots;

namespace Kv.Node.Engine;

/// <summary>Takes snapshots in the background, one at a time.</summary>
internal sealed class SnapshotKeeper(
    SnapshotStore store,
    LogWriter log,
    ulong snapshotCount,
    ulong lastIndex,
    long lastBytes,
    NodeMetrics metrics,
    HostPorts host,
    Recorder? recorder,
    ILogger logger)
{
    /// <summary>Older snapshots kept beside the newest, with the log that leads on from them.</summary>
    private const int KeptCount = 2;

    /// <summary>Pause after a snapshot that could not be written: the log holds all of it meanwhile.</summary>
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(10);

    private long _failedAt;
    private ulong _lastIndex = lastIndex;
    private long _lastBytes = lastBytes;
    private long _bytesAtLast;
    private Task _running = Task.CompletedTask;

    /// <summary>Takes a snapshot if one is due; called on the applier after each batch.</summary>
    /// <param name="state">The state just published.</param>
    /// <param name="appliedBytes">Bytes of entries applied since the start.</param>
    /// <param name="onFault">Told if the snapshot could not be written: the disk has failed.</param>
    public void Consider(StoreState state, long appliedBytes, Action<Exception> onFault)
    {
        if (state.AppliedIndex - Volatile.Read(ref _lastIndex) < snapshotCount
            || appliedBytes - _bytesAtLast < Volatile.Read(ref _lastBytes)
            || !_running.IsCompleted
            || (_failedAt != 0 && host.Clock.GetElapsedTime(_failedAt) < RetryPause))
        {
            return;
        }

        var before = _bytesAtLast;
        _bytesAtLast = appliedBytes;
        _running = host.Threads.Run(() =>
        {
            try
            {
                Take(state);
                _failedAt = 0;
            }
            catch (SnapshotNotWrittenException failure)
            {
                _bytesAtLast = before;
                _failedAt = host.Clock.GetTimestamp();
                logger.SnapshotFailed(failure.Message);
            }
            catch (Exception fault)
            {
                onFault(fault);
            }
        });
    }

    /// <summary>Waits for a snapshot being written.</summary>
    public Task FinishAsync() => _running;

    private void Take(StoreState state)
    {
        var started = Stopwatch.GetTimestamp();
        var info = store.Save(state);
        metrics.SnapshotSaveDuration.Observe(Stopwatch.GetElapsedTime(started).TotalSeconds);
        Volatile.Write(ref _lastIndex, state.AppliedIndex);
        Volatile.Write(ref _lastBytes, info.SizeBytes);
        log.Enqueue(state.Mark, store.Prune(KeptCount));
        logger.SnapshotTaken(state.AppliedIndex, info.SizeBytes);
        recorder?.Note(NoteKind.SnapshotTaken, numbers: [state.AppliedIndex, (ulong)info.SizeBytes]);
    }
}
