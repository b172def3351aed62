// `kvnode snapshot …`: files in etcd's format, made, looked at, and made a data directory of.
using Kv.Node.Options;

namespace Kv.Node.Commands;

/// <summary>Finds the command under <c>kvnode snapshot</c>.</summary>
internal static class SnapshotCommand
{
    /// <summary>The word that asks for it.</summary>
    public const string Name = "snapshot";

    private const string Help = """
        kvnode snapshot: snapshots in etcd's file format, whether made by kvnode or by etcd.

        Usage: kvnode snapshot COMMAND FILE [flags]

        Commands:
          save      Get a snapshot from a running node.
          status    Show what is in a snapshot.
          restore   Make the data directory of a member of a new cluster from a snapshot.

        kvnode snapshot COMMAND --help shows the flags of a command.

        """;

    /// <summary>Runs the command the arguments name.</summary>
    /// <param name="arguments">What follows <see cref="Name"/> on the command line.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="OptionsException">The arguments are wrong.</exception>
    public static Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var rest = arguments.Skip(1).ToArray();
        switch (arguments.Count > 0 ? arguments[0] : null)
        {
            case "save":
                return SaveCommand.RunAsync(rest);
            case "status":
                return Task.FromResult(StatusCommand.Run(rest));
            case "restore":
                return Task.FromResult(RestoreCommand.Run(rest));
            case null or "help" or "--help" or "-help" or "-h":
                Console.Out.Write(Help);
                return Task.FromResult(0);
            case var other:
                throw new OptionsException($"unknown command \"{other}\" for kvnode snapshot: expected save, status or restore");
        }
    }
}
