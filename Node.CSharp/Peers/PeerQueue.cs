// Messages waiting for one peer, bounded by count and by bytes. Many threads add, one takes.
using System.Threading.Channels;
using Kv.Core.Raft;

namespace Kv.Node.Peers;

/// <summary>A bounded queue of messages and keep-alives (null).</summary>
internal sealed class PeerQueue(int countMax, long bytesMax)
{
    private readonly Channel<Message?> _channel = Channel.CreateBounded<Message?>(
        new BoundedChannelOptions(countMax) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private long _bytes;

    /// <summary>Adds a message; false if the queue is full. A message of any size fits an empty
    /// queue.</summary>
    public bool TryAdd(Message message)
    {
        var size = MessageSize.Estimate(message);
        var total = Interlocked.Add(ref _bytes, size);
        if ((total <= bytesMax || total == size) && _channel.Writer.TryWrite(message))
        {
            return true;
        }

        Interlocked.Add(ref _bytes, -size);
        return false;
    }

    /// <summary>Asks for an empty frame if nothing else is waiting.</summary>
    public void AddKeepAlive()
    {
        if (_channel.Reader.Count == 0)
        {
            _channel.Writer.TryWrite(null);
        }
    }

    /// <summary>Waits until something can be taken.</summary>
    public async ValueTask WaitAsync(CancellationToken token) => await _channel.Reader.WaitToReadAsync(token);

    /// <summary>Takes the oldest message, or null for a keep-alive.</summary>
    public bool TryTake(out Message? message)
    {
        if (!_channel.Reader.TryRead(out message))
        {
            return false;
        }

        if (message is not null)
        {
            Interlocked.Add(ref _bytes, -MessageSize.Estimate(message));
        }

        return true;
    }

    /// <summary>Drops everything.</summary>
    /// <returns>How many messages were dropped.</returns>
    public int Clear()
    {
        var dropped = 0;
        while (TryTake(out var message))
        {
            dropped += message is null ? 0 : 1;
        }

        return dropped;
    }
}
