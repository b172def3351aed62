// What the command line asks the program to do.
namespace Kv.Node.Options;

/// <summary>What the program is started for.</summary>
internal enum StartAction
{
    /// <summary>Run a node with the loaded options.</summary>
    Run,

    /// <summary>Print <see cref="HelpText"/> and exit with 0.</summary>
    ShowHelp,

    /// <summary>Print the version and exit with 0.</summary>
    ShowVersion,
}
