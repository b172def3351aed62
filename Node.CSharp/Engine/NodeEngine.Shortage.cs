// A disk that has no room for the next segment of the log: writes are refused while the present segment
// still takes what must be written (terms, votes, what other members sent), reads go on, and the node goes
// on by itself once there is room.
using Kv.Core.Raft;
using Kv.Node.Diagnostics;
using Kv.Node.Recording;

namespace Kv.Node.Engine;

internal sealed partial class NodeEngine
{
    private volatile CancellationTokenSource _fence = new();
    private bool _wasShort;

    /// <summary>Tells when it begins and when it ends; a leader lets another member lead meanwhile, since
    /// writes come to it from all sides; so does one whose data is damaged.</summary>
    private void LookForShortage()
    {
        var shortage = _log.Shortage;
        if (shortage is not null && !_wasShort)
        {
            _logger.DiskShort(shortage.Message);
            _recorder?.Note(NoteKind.DiskShort, shortage.Message);
        }
        else if (shortage is null && _wasShort)
        {
            _logger.DiskEnough();
            _recorder?.Note(NoteKind.DiskEnough);
        }

        _wasShort = shortage is not null;
        LookForFence();
        if ((_wasShort || IsFenced) && Raft.Role == Role.Leader && Raft.Followers.Length > 1)
        {
            _ = HandOverAsync();
        }
    }

    private void LookForFence()
    {
        if (IsFenced && !_fence.IsCancellationRequested)
        {
            _logger.MemberFenced(MemberId.ToString("x", System.Globalization.CultureInfo.InvariantCulture));
            _recorder?.Note(NoteKind.Fenced);
            _fence.Cancel();
        }
        else if (!IsFenced && _fence.IsCancellationRequested)
        {
            _fence = new CancellationTokenSource();
        }
    }
}
