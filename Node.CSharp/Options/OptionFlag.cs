// One row of the flag table: all there is to know about one setting, whether it comes from the
// command line, the environment or the file.
namespace Kv.Node.Options;

/// <summary>One setting.</summary>
/// <param name="Name">Its name on the command line, without dashes, and its key in the file.</param>
/// <param name="Group">Its heading in the help text.</param>
/// <param name="Kind">How its value is written.</param>
/// <param name="Placeholder">Stands for the value in the help text; empty for booleans.</param>
/// <param name="Help">One sentence.</param>
/// <param name="Apply">Parses the text into the options; <see cref="FormatException"/> says what was
/// expected.</param>
/// <param name="Read">The value in force: string, bool, int, long or ulong.</param>
internal sealed record OptionFlag(
    string Name,
    FlagGroup Group,
    FlagKind Kind,
    string Placeholder,
    string Help,
    Func<NodeOptions, string, NodeOptions> Apply,
    Func<NodeOptions, object> Read)
{
    private static readonly NodeOptions Defaults = new();

    /// <summary>The default as the help shows it when it depends on another setting.</summary>
    public string? DependentDefault { get; init; }

    /// <summary>Why the setting does nothing; null if it does something. Such settings are taken without a look
    /// at their value, and neither in the help nor in the log.</summary>
    public string? NoEffect { get; init; }

    /// <summary>Never shown in logs.</summary>
    public bool IsSecret { get; init; }

    /// <summary>True if the flag may stand without a value.</summary>
    public bool IsBoolean => Kind is FlagKind.Boolean or FlagKind.Legacy;

    /// <summary>The default as the help shows it; empty for none.</summary>
    public string DefaultText => DependentDefault ?? FlagValue.Show(Read(Defaults));

    /// <summary>The environment variable for a prefix such as <c>ETCD_</c>.</summary>
    public string EnvironmentName(string prefix) => prefix + Name.ToUpperInvariant().Replace('-', '_');
}
