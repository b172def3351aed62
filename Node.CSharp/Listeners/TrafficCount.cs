// Counts the bytes of connections as they pass, a read or a flush at a time, so that single calls pay
// nothing for it.
using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;

namespace Kv.Node.Listeners;

/// <summary>Counting of what goes over an endpoint's connections.</summary>
internal static class TrafficCount
{
    /// <summary>Tells of every read and every flush how many bytes it was.</summary>
    public static void UseTrafficCount(this IConnectionBuilder endpoint, Action<long> received, Action<long> sent) =>
        endpoint.Use(next => connection =>
        {
            var transport = connection.Transport;
            connection.Transport = new Duplex(
                new CountingReader(transport.Input, received), new CountingWriter(transport.Output, sent));
            return next(connection);
        });

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class CountingReader(PipeReader inner, Action<long> received) : PipeReader
    {
        private ReadOnlySequence<byte> _buffer;

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            var pending = inner.ReadAsync(cancellationToken);
            return pending.IsCompletedSuccessfully ? new(Keep(pending.Result)) : KeepAsync(pending);
        }

        public override bool TryRead(out ReadResult result)
        {
            var isRead = inner.TryRead(out result);
            if (isRead)
            {
                Keep(result);
            }

            return isRead;
        }

        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            var bytes = _buffer.Slice(_buffer.Start, consumed).Length;
            _buffer = default;
            if (bytes > 0)
            {
                received(bytes);
            }

            inner.AdvanceTo(consumed, examined);
        }

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
        private async ValueTask<ReadResult> KeepAsync(ValueTask<ReadResult> pending) => Keep(await pending);

        private ReadResult Keep(ReadResult result)
        {
            _buffer = result.Buffer;
            return result;
        }
    }

    private sealed class CountingWriter(PipeWriter inner, Action<long> sent) : ObservedWriter(inner)
    {
        protected override void OnFlushing(PipeWriter writer, long bytes) => sent(bytes);
    }
}
