// The receiving end of snapshots: one frame with the message, then the frames of the state, which go
// to the engine as they arrive.
using System.Buffers.Binary;
using System.Diagnostics;
using Kv.Core.Raft;
using Kv.Node.Diagnostics;
using Microsoft.AspNetCore.Http;
using Prometheus;

namespace Kv.Node.Peers;

/// <summary>Receives snapshots.</summary>
internal sealed class SnapshotReceiver(
    PeerServerContext context, PeerGate gate, ILogger logger, CancellationToken stopping)
{
    /// <summary>Serves POST /raft/snapshot: 204 once the state is durable here.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        var sender = await gate.AdmitAsync(http);
        if (sender == 0)
        {
            return;
        }

        PeerGate.LiftLimits(http);
        var hex = PeerHeaders.Hex(sender);
        var metrics = context.Metrics.ForPeer(PeerHeaders.Hex(context.Options.MemberId), hex);
        var started = Stopwatch.GetTimestamp();
        using var arriving = metrics.SnapshotsArriving.TrackInProgress();
        using var exchange = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        var body = new DeadlineStream(http.Request.Body, exchange, context.Options.SnapshotStallTimeout);
        string reason;
        try
        {
            var message = await ReadMessageAsync(body, sender, exchange.Token);
            logger.SnapshotReceiving(((MessageBody.InstallSnapshot)message.Body).Mark.Index, hex);
            if (await context.Handler.ReceivedSnapshotAsync(message, body, exchange.Token))
            {
                metrics.SnapshotReceives.Inc();
                metrics.SnapshotReceiveDuration.Observe(Stopwatch.GetElapsedTime(started).TotalSeconds);
                metrics.ReceivedBytes.Inc(body.Transferred);
                http.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
            }

            reason = "the snapshot was not usable";
        }
        catch (OperationCanceledException)
        {
            reason = "nothing arrived in time, or the sender is gone";
        }
        catch (Exception problem) when (problem is IOException or InvalidDataException)
        {
            reason = problem.Message;
        }

        metrics.SnapshotReceiveFailures.Inc();
        logger.SnapshotReceiveFailed(hex, reason);
        await RefuseAsync(http, reason);
    }

    private async Task<Message> ReadMessageAsync(Stream body, ulong sender, CancellationToken token)
    {
        var header = new byte[FrameBuffer.HeaderBytes];
        await body.ReadExactlyAsync(header, token);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(header);
        if (length > context.Options.FrameBytesMax)
        {
            throw new InvalidDataException($"a frame of {length} bytes, over the limit of {context.Options.FrameBytesMax}");
        }

        var frame = new byte[length];
        await body.ReadExactlyAsync(frame, token);
        return MessageCodec.TryDecode(frame, out var message)
            && message.IsSnapshot && message.From == sender && message.To == context.Options.MemberId
            ? message
            : throw new InvalidDataException("the snapshot does not start with its message");
    }

    // The sender may be in the middle of its body and would not read an answer for as long as it has
    // something to send; so the answer is followed by a closed connection.
    private static async Task RefuseAsync(HttpContext http, string reason)
    {
        if (http.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        http.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        http.Response.Headers.Connection = "close";
        await http.Response.WriteAsync(reason.ReplaceLineEndings(" ") + "\n", http.RequestAborted);
        await http.Response.CompleteAsync();
        http.Abort();
    }
}
