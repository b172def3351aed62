// `kvnode check`: everything a start would need, looked at without starting and without changing anything.
using Kv.Node.Options;

namespace Kv.Node.Commands;

/// <summary>Checks the settings of a node and what they refer to.</summary>
internal static class CheckCommand
{
    /// <summary>The word that asks for it.</summary>
    public const string Name = "check";

    private const string ShortConfigFlag = "--config";

    private const string Help = """
        kvnode check: looks whether a node would start with these settings, and what is around it.

        Usage: kvnode check [--config FILE | flags of kvnode]

        Settings may also come from the environment, as for kvnode itself. Nothing is changed: not the
        data directory, and nothing on other members. The exit code is 1 if something would stop the
        start, 0 if not.

        """;

    /// <summary>Runs the command.</summary>
    /// <param name="arguments">What follows <see cref="Name"/> on the command line.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        if (arguments is ["help" or "--help" or "-help" or "-h"])
        {
            Console.Out.Write(Help);
            return 0;
        }

        LoadedOptions loaded;
        try
        {
            loaded = OptionsLoader.Load([.. arguments.Select(LongName)]);
        }
        catch (OptionsException problem)
        {
            Write(new CheckResult(CheckGrade.Failed, "configuration", problem.Message));
            return 1;
        }

        var failed = false;
        foreach (var warning in loaded.Warnings)
        {
            Write(new CheckResult(CheckGrade.Warning, "configuration", warning));
        }

        await foreach (var result in NodeChecks.RunAsync(loaded.Options, CancellationToken.None))
        {
            Write(result);
            failed |= result.Grade == CheckGrade.Failed;
        }

        return failed ? 1 : 0;
    }

    /// <summary>--config is what people type; as a flag of a node it is an old one without meaning.</summary>
    private static string LongName(string argument)
    {
        var dashed = argument.StartsWith("--", StringComparison.Ordinal) ? argument : "-" + argument;
        return dashed == ShortConfigFlag || dashed.StartsWith(ShortConfigFlag + "=", StringComparison.Ordinal)
            ? "--" + FlagTable.ConfigFile + dashed[ShortConfigFlag.Length..]
            : argument;
    }

    private static void Write(CheckResult result) => Console.Out.WriteLine($"{result.Grade switch
    {
        CheckGrade.Failed => "failed ",
        CheckGrade.Warning => "warning",
        _ => "ok     ",
    }}  {result.What}: {result.Text}");
}
