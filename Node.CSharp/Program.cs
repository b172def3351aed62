// kvnode: reads its settings, runs a node until it is told to stop, and says in one line why it could
// not start.
using Kv.Node.Diagnostics;
using Kv.Node.Hosting;
using Kv.Node.Options;

try
{
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
            return await NodeHost.RunAsync(loaded);
    }
}
catch (OptionsException error)
{
    Console.Error.WriteLine($"kvnode: {error.Message}");
    return 1;
}
