// What a crash left half-written at the end of the log and recovery cut off.
namespace Kv.Node.Wal;

/// <summary>A repair of the log's end, for the host to report. Nothing acknowledged was in it.</summary>
/// <param name="File">Path of the segment.</param>
/// <param name="Offset">Where the log ends now, bytes.</param>
/// <param name="BytesCut">Bytes from there up to the last one that was not zero.</param>
internal sealed record TornTail(string File, long Offset, long BytesCut);
