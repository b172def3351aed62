// The receiving end of message streams. At most one stream a sender: a new one replaces the old,
// which may be the remains of a connection its sender has long given up.
using System.Collections.Concurrent;
using System.IO.Pipelines;
using Kv.Core.Raft;
using Kv.Node.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Kv.Node.Peers;

/// <summary>Receives messages.</summary>
internal sealed class StreamReceiver(
    PeerServerContext context, PeerGate gate, ILogger logger, CancellationToken stopping)
{
    private const string EndedBySender = "the peer closed it";

    private readonly ConcurrentDictionary<ulong, CancellationTokenSource> _streams = new();

    /// <summary>Serves POST /raft/stream until either side ends it.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        var sender = await gate.AdmitAsync(http);
        if (sender == 0)
        {
            return;
        }

        if (stopping.IsCancellationRequested)
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await http.Response.WriteAsync("this member stops\n", http.RequestAborted);
            return;
        }

        PeerGate.LiftLimits(http);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        await ReplaceAsync(sender, ending);
        var hex = PeerHeaders.Hex(sender);
        logger.PeerStreamOpened(hex);
        context.PeerSeen(sender, PeerHeaders.ReadPeerUrls(http.Request.Headers));
        string reason;
        try
        {
            reason = await ReceiveAsync(http.Request.BodyReader, sender, ending);
        }
        finally
        {
            _streams.TryRemove(new KeyValuePair<ulong, CancellationTokenSource>(sender, ending));
        }

        logger.PeerStreamEnded(hex, reason);
        if (reason != EndedBySender)
        {
            if (!stopping.IsCancellationRequested)
            {
                context.Metrics.StreamFailures.WithLabels("message", PeerPaths.Stream).Inc();
            }

            // The sender is in the middle of its body: only a closed connection tells it.
            http.Abort();
            return;
        }

        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task ReplaceAsync(ulong sender, CancellationTokenSource ending)
    {
        while (!_streams.TryAdd(sender, ending))
        {
            if (_streams.TryRemove(sender, out var replaced))
            {
                await CancelAsync(replaced);
            }
        }
    }

    private static async Task CancelAsync(CancellationTokenSource replaced)
    {
        try
        {
            await replaced.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself at this very moment.
        }
    }

    // Returns why it ended.
    private async Task<string> ReceiveAsync(PipeReader body, ulong sender, CancellationTokenSource ending)
    {
        var metrics = context.Metrics.ForPeer(PeerHeaders.Hex(context.Options.MemberId), PeerHeaders.Hex(sender));
        var frames = new FrameReader(context.Options.FrameBytesMax);
        try
        {
            while (true)
            {
                ending.CancelAfter(context.Options.ReadTimeout);
                var read = await body.ReadAsync(ending.Token);
                var buffer = read.Buffer;
                while (frames.TryRead(ref buffer, out var frame))
                {
                    Deliver(frame, sender);
                }

                metrics.ReceivedBytes.Inc(read.Buffer.Length - buffer.Length);
                var isComplete = read.IsCompleted;
                var isWhole = buffer.IsEmpty && frames.IsAtBoundary;
                body.AdvanceTo(buffer.Start, buffer.End);
                if (context.IsRemoved(sender))
                {
                    return "it has been removed from the cluster";
                }

                if (isComplete)
                {
                    return isWhole ? EndedBySender : "it was cut off inside a message";
                }
            }
        }
        catch (InvalidDataException problem)
        {
            metrics.ReceivedFailures.Inc();
            return problem.Message;
        }
        catch (Exception problem) when (problem is IOException or OperationCanceledException)
        {
            return stopping.IsCancellationRequested ? "this member stops"
                : problem is OperationCanceledException ? "nothing arrived in time, or a newer stream replaced it"
                : problem.Message;
        }
    }

    private void Deliver(byte[] frame, ulong sender)
    {
        if (!MessageCodec.TryDecode(frame, out var message))
        {
            throw new InvalidDataException("a frame that is no message");
        }

        if (message.From != sender || message.To != context.Options.MemberId || message.IsSnapshot)
        {
            throw new InvalidDataException(
                $"a message from {PeerHeaders.Hex(message.From)} to {PeerHeaders.Hex(message.To)} does not belong here");
        }

        if (message.Body.IsAppend)
        {
            context.Options.Traffic?.Received.Add(frame.Length);
        }

        context.Handler.Received(message);
    }
}
