// The job of -AsJob: the same cmdlet in a runspace of its own in this process, over the same connection.
// Its output is the job's, as it comes.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using Shell = System.Management.Automation.PowerShell;

namespace Kv.PowerShell.Commands;

/// <summary>A command of this module that runs in the background.</summary>
internal sealed class KvJob : Job
{
    private readonly Shell _shell;
    private readonly PSDataCollection<object> _input;

    internal KvJob(string line, string? name, CmdletInfo command, IDictionary<string, object> parameters, IEnumerable<object> input, string location)
        : base(line, name)
    {
        PSJobTypeName = nameof(KvJob);
        Location = location;
        var state = InitialSessionState.CreateDefault2();
        state.Commands.Add(new SessionStateCmdletEntry(command.Name, command.ImplementingType, null));
        var runspace = RunspaceFactory.CreateRunspace(state);
        runspace.Open();
        _shell = Shell.Create();
        _shell.Runspace = runspace;
        _shell.AddCommand(command.Name).AddParameters((System.Collections.IDictionary)parameters.ToDictionary(static p => p.Key, static p => p.Value));
        _shell.Streams.Error = Error;
        _shell.Streams.Warning = Warning;
        _shell.Streams.Verbose = Verbose;
        _shell.Streams.Debug = Debug;
        _shell.Streams.Progress = Progress;
        _shell.InvocationStateChanged += OnStateChanged;
        _input = new PSDataCollection<object>(input);
        _input.Complete();
    }

    /// <summary>The endpoints of the connection.</summary>
    public override string Location { get; }

    /// <summary>What ended it, if something did.</summary>
    public override string StatusMessage => _shell.InvocationStateInfo.Reason?.Message ?? string.Empty;

    /// <summary>True while it may still emit something, or has emitted what nobody received.</summary>
    public override bool HasMoreData =>
        JobStateInfo.State == JobState.Running || Output.Count + Error.Count + Warning.Count + Verbose.Count > 0;

    internal void Start()
    {
        SetJobState(JobState.Running);
        _shell.BeginInvoke(_input, Output);
    }

    /// <summary>Ends it, within half a second.</summary>
    public override void StopJob() => _shell.Stop();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            var runspace = _shell.Runspace;
            _shell.Dispose();
            runspace.Dispose();
            _input.Dispose();
        }

        base.Dispose(disposing);
    }

    private void OnStateChanged(object sender, PSInvocationStateChangedEventArgs change)
    {
        var reason = change.InvocationStateInfo.Reason;
        switch (change.InvocationStateInfo.State)
        {
            case PSInvocationState.Completed:
                SetJobState(JobState.Completed);
                break;
            case PSInvocationState.Stopped:
                SetJobState(JobState.Stopped);
                break;
            case PSInvocationState.Failed:
                if (reason is IContainsErrorRecord failure)
                {
                    Error.Add(failure.ErrorRecord);
                }

                SetJobState(JobState.Failed);
                break;
        }
    }
}
