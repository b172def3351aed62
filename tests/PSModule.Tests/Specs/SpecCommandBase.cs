using System.Management.Automation;

namespace PSModule.Tests.Specs;

/// <summary>Base of the stand-ins for Pester's words.</summary>
public abstract class SpecCommandBase : PSCmdlet
{
    private protected SpecRun Run => (SpecRun)((PSObject)SessionState.PSVariable.GetValue(SpecRun.Variable)).BaseObject;

    /// <summary>Runs a block so that what it sets is seen by what follows in the same scope.</summary>
    private protected void InScope(ScriptBlock block) => InvokeCommand.InvokeScript(false, block, null);

    /// <summary>Runs a command of these in a scope of its own.</summary>
    private protected void InNewScope(string command) => InvokeCommand.InvokeScript(true, ScriptBlock.Create(command), null);
}
