// A progress bar that is not redrawn more often than a person can see, and that goes away when done.

using System;
using System.Diagnostics;
using System.Management.Automation;

namespace Kv.PowerShell.Commands;

internal sealed class ProgressBar(Cmdlet owner, string activity, long total) : IDisposable
{
    private const int ActivityId = 7201;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Stopwatch _since = Stopwatch.StartNew();
    private long _done;
    private bool _isShown;

    public void Add(long count)
    {
        _done += count;
        if (_since.Elapsed < Interval)
        {
            return;
        }

        _since.Restart();
        _isShown = true;
        owner.WriteProgress(new ProgressRecord(ActivityId, activity, FormattableString.Invariant($"{_done:N0} of {total:N0}"))
        {
            PercentComplete = total > 0 ? (int)Math.Min(100, _done * 100 / total) : -1,
        });
    }

    public void Dispose()
    {
        if (_isShown)
        {
            _isShown = false;
            owner.WriteProgress(new ProgressRecord(ActivityId, activity, "Done") { RecordType = ProgressRecordType.Completed });
        }
    }
}
