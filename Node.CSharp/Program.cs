// kvnode: runs a command, or reads its settings and runs a node until it is told to stop; says in one
// line why it could not.
using Kv.Node.Commands;
using Kv.Node.Diagnostics;
using Kv.Node.Hosting;
using Kv.Node.Options;

try
{
    if (args is [SnapshotCommand.Name, .. var rest])
    {
        return await SnapshotCommand.RunAsync(rest);
    }

    if (args is [CheckCommand.Name, .. var checkedArguments])
    {
        return await CheckCommand.RunAsync(checkedArguments);
    }

    if (args is [CertificateCommand.Name, .. var certificateArguments])
    {
        return CertificateCommand.Run(certificateArguments);
    }

    if (args is [ReplayCommand.Name, .. var replayArguments])
    {
        return ReplayCommand.Run(replayArguments);
    }

    var loaded = OptionsLoader.Load(args);
    switch (loaded.Action)
    {
        case StartAction.ShowHelp:
            Console.Out.Write(HelpText.Render());
            return 0;
        case StartAction.ShowVersion:
            Console.Out.Write(ProductVersion.Describe());
            return 0;
        default:
            return OperatingSystem.IsWindows() && WindowsService.IsThis
                ? WindowsService.Run(loaded)
                : await NodeHost.RunAsync(loaded);
    }
}
catch (Exception error) when (StartFailure.Explain(error) is { } reason)
{
    Console.Error.WriteLine($"kvnode: {reason}");
    return 1;
}
