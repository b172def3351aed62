// Runs a user's script inside a cmdlet: its output goes on as it comes, its errors are the cmdlet's.

using System.Management.Automation;

namespace Kv.PowerShell.Commands;

internal static class ScriptScope
{
    /// <summary>Runs the script with one argument, which it has as $_ and as its first parameter.</summary>
    public static void Run(PSCmdlet owner, ScriptBlock script, object argument)
    {
        using var pipeline = ScriptBlock.Create("param($Script, $Argument) & { $_ = $args[1]; & $args[0] $args[1] } $Script $Argument")
            .GetSteppablePipeline(CommandOrigin.Internal, [script, argument]);
        pipeline.Begin(owner);
        pipeline.Process();
        pipeline.End();
    }
}
