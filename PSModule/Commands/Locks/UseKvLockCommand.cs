// Use-KvLock: runs a script while holding a lock, and gives the lock back however the script ends.

using System.Management.Automation;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Runs a script while holding a lock.</summary>
[Cmdlet(VerbsOther.Use, "KvLock")]
[OutputType(typeof(PSObject))]
public sealed class UseKvLockCommand : LockCommandBase
{
    /// <summary>What to do; it gets the lock as its first parameter.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNull]
    public ScriptBlock? ScriptBlock { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        KvLock held;
        try
        {
            held = Take(0);
        }
        catch (KvException failure)
        {
            Report(failure, Name);
            return;
        }

        var wasHeld = false;
        try
        {
            ScriptScope.Run(this, ScriptBlock!, held);
            wasHeld = held.IsHeld;
        }
        finally
        {
            held.Release(WriteVerbose, Stop);
        }

        if (!wasHeld)
        {
            Report(
                new KvConnectionException(
                    KvErrorId.LeaseLost, ErrorCategory.ResourceUnavailable, $"The lock '{Name}' was lost while the script ran.")
                {
                    RecommendedAction = "Guard what the script writes with the lock's key (New-KvCompare -Exists), so that it is not done then.",
                },
                held);
        }
    }
}
