// A damaged snapshot an older one stood in for: a warning, not an end.
namespace Kv.Node.Snapshots;

/// <summary>A snapshot that was passed over at the start because it is damaged.</summary>
/// <param name="File">Path it had.</param>
/// <param name="Offset">Where the damage was found: the start of the frame, bytes.</param>
/// <param name="Reason">What is wrong there.</param>
internal sealed record DamagedSnapshot(string File, long Offset, string Reason)
{
    /// <summary>One line for the log.</summary>
    public string Message =>
        $"snapshot damaged: {File} at offset {Offset}: {Reason}; started from the one before it and the log, "
        + $"nothing is lost; the file was renamed to {Path.GetFileName(File)}{SnapshotFormat.DamagedSuffix}";
}
