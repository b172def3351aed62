// What a flag's value looks like where it is read, as far as the readers must know.
namespace Kv.Node.Options;

/// <summary>How a flag's value is written.</summary>
internal enum FlagKind
{
    /// <summary>Any text; a value is required.</summary>
    Value,

    /// <summary><c>--flag</c> alone means true; a value needs <c>--flag=value</c>.</summary>
    Boolean,

    /// <summary>A duration such as <c>5s</c>; in a file a bare integer counts nanoseconds.</summary>
    Duration,

    /// <summary>Decides what the program does rather than what the node is (<c>--help</c>).</summary>
    Control,

    /// <summary>As <see cref="Boolean"/>: known to older releases, accepted and ignored.</summary>
    Legacy,
}
