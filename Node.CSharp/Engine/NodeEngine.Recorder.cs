// The recorder of this node: begun before anything that it is to record, ended when nothing more can come.
using Kv.Node.Diagnostics;
using Kv.Node.Recording;

namespace Kv.Node.Engine;

internal sealed partial class NodeEngine
{
    /// <summary>How often what was recorded is written: what a killed process may take with it.</summary>
    private static readonly TimeSpan RecorderPeriod = TimeSpan.FromMilliseconds(100);

    private IDisposable? _recorderThread;

    private Recorder? OpenRecorder()
    {
        if (_storage.Recording is not { } files)
        {
            return null;
        }

        var identity = new RecordingIdentity(
            MemberId, ClusterId, (ulong)StartedAt.Ticks, (ulong)_options.HeartbeatInterval.TotalMilliseconds,
            RecordingIdentity.ThisRelease);
        return new Recorder(files, identity, _clock, _logger);
    }

    private void StartRecorder()
    {
        if (_recorder is not null)
        {
            _recorderThread = _host.Threads.Serve("recorder", _recorder.Writer, _logger.RecorderFailed);
            _timers.Add(Every(RecorderPeriod, _recorder.Writer.Wake));
        }
    }

    private void StopRecorder()
    {
        if (_recorder is not null)
        {
            _recorder.Finish();
            _recorderThread?.Dispose();
            _recorder.Dispose();
        }
    }
}
