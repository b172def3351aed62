namespace Kv.Node.Commands;

/// <summary>A flag of a command.</summary>
/// <param name="Name">Its name without dashes.</param>
/// <param name="Placeholder">Stands for the value in the help text; empty for a flag that needs none.</param>
/// <param name="Help">One sentence.</param>
/// <param name="Apply">Takes the value as written; <see cref="FormatException"/> says what was expected.</param>
internal sealed record CommandFlag(string Name, string Placeholder, string Help, Action<string> Apply)
{
    /// <summary>Another name, of one letter.</summary>
    public string? Short { get; init; }

    /// <summary>The default as the help shows it; empty for none.</summary>
    public string Default { get; init; } = "";

    /// <summary>True if the flag stands without a value.</summary>
    public bool IsBoolean => Placeholder.Length == 0;
}
