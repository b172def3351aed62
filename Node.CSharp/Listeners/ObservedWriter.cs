using System.IO.Pipelines;

namespace Kv.Node.Listeners;

/// <summary>A pipe writer that tells its heir what is about to be flushed.</summary>
internal abstract class ObservedWriter(PipeWriter inner) : PipeWriter
{
    private long _unflushed;

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

    public override void Advance(int bytes)
    {
        _unflushed += bytes;
        inner.Advance(bytes);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        Tell(0);
        return inner.FlushAsync(cancellationToken);
    }

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        Tell(source.Length);
        return inner.WriteAsync(source, cancellationToken);
    }

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    /// <summary>So many bytes, at least one, go out now.</summary>
    protected abstract void OnFlushing(PipeWriter writer, long bytes);

    private void Tell(int more)
    {
        var bytes = _unflushed + more;
        _unflushed = 0;
        if (bytes > 0)
        {
            OnFlushing(inner, bytes);
        }
    }
}
