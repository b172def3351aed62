// One open file of the disk port.
namespace Kv.Node.Ports;

/// <summary>An open file, read and written at explicit offsets. Every failure is a
/// <see cref="DiskFailureException"/>.</summary>
internal interface IDiskFile : IDisposable
{
    /// <summary>The name it was opened with.</summary>
    string Path { get; }

    /// <summary>Current length in bytes.</summary>
    long Length { get; }

    /// <summary>Reads until the buffer is full or the file ends; returns the number of bytes read.</summary>
    int Read(Span<byte> buffer, long offset);

    /// <summary>Writes all bytes, extending the file if need be. Not durable until <see cref="Sync"/>.</summary>
    void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Reserves space so that the file is at least this long; what is added reads as zeros.</summary>
    void Preallocate(long length);

    /// <summary>Cuts the file to this length.</summary>
    void Truncate(long length);

    /// <summary>Makes everything written so far durable. After a failure nothing about the file may be
    /// assumed.</summary>
    void Sync();
}
