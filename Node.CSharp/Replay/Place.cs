namespace Kv.Node.Replay;

/// <summary>Where something stands in a recording.</summary>
/// <param name="File">The segment.</param>
/// <param name="Offset">Of its first byte in the file.</param>
internal readonly record struct Place(string File, long Offset)
{
    public override string ToString() => $"{File} at offset {Offset}";
}
