// A stream that must make progress in time, from its first operation to its end; if it does not, the
// whole exchange is cancelled. The time between two operations counts too: an HTTP client that waits
// for its writer neither reads an answer nor notices a closed connection. Counts the bytes that passed.
namespace Kv.Node.Peers;

/// <summary>Watches over the progress of another stream.</summary>
/// <param name="inner">The stream; not closed with this one.</param>
/// <param name="exchange">Cancelled when there is no progress for too long.</param>
/// <param name="timeout">The longest time without progress.</param>
internal sealed class DeadlineStream(Stream inner, CancellationTokenSource exchange, TimeSpan timeout) : Stream
{
    /// <summary>Bytes read and written so far.</summary>
    public long Transferred { get; private set; }

    public override bool CanRead => inner.CanRead;

    public override bool CanWrite => inner.CanWrite;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        exchange.CancelAfter(timeout);
        var count = await inner.ReadAsync(buffer, exchange.Token);
        var isEnd = count == 0 && buffer.Length > 0;
        exchange.CancelAfter(isEnd ? Timeout.InfiniteTimeSpan : timeout);
        cancellationToken.ThrowIfCancellationRequested();
        Transferred += count;
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        exchange.CancelAfter(timeout);
        await inner.WriteAsync(buffer, exchange.Token);
        exchange.CancelAfter(timeout);
        Transferred += buffer.Length;
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        exchange.CancelAfter(timeout);
        await inner.FlushAsync(exchange.Token);
        exchange.CancelAfter(timeout);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // The state is read and written by asynchronous code only.
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
