// Sends whole states to peers, each on a connection of its own, so that a state of gigabytes never
// delays a heartbeat.
using System.Diagnostics;
using Kv.Core.Apply;
using Kv.Core.Raft;
using Kv.Node.Diagnostics;
using Kv.Node.Ports;
using Prometheus;

namespace Kv.Node.Peers;

/// <summary>The sending end of snapshots.</summary>
/// <param name="options">Limits and identity.</param>
/// <param name="writeFrames">Writes the frames of a state to a stream.</param>
/// <param name="logger">Where to tell.</param>
internal sealed class SnapshotSender(
    PeerOptions options, Func<StoreState, Stream, CancellationToken, Task> writeFrames, ILogger logger) : IDisposable
{
    private readonly HttpClient _client = PeerHttp.CreateClient(options);

    /// <summary>Sends one state.</summary>
    /// <returns>True once the peer has installed it.</returns>
    public async Task<bool> SendAsync(
        Message installSnapshot, StoreState state, PeerAddress peer, PeerMetrics metrics, CancellationToken token)
    {
        var started = Stopwatch.GetTimestamp();
        using var inFlight = metrics.SnapshotsInFlight.TrackInProgress();
        var hex = PeerHeaders.Hex(peer.Id);
        var problem = "no URL";
        foreach (var url in peer.Urls)
        {
            try
            {
                problem = await SendToAsync(installSnapshot, state, url, hex, metrics, token);
            }
            catch (OperationCanceledException)
            {
                problem = "no progress in time";
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                problem = PeerHttp.Describe(exception);
            }

            if (problem.Length == 0)
            {
                metrics.SnapshotSends.Inc();
                metrics.SnapshotSendDuration.Observe(Stopwatch.GetElapsedTime(started).TotalSeconds);
                return true;
            }

            if (token.IsCancellationRequested)
            {
                break;
            }
        }

        metrics.SnapshotSendFailures.Inc();
        logger.SnapshotSendFailed(hex, problem);
        return false;
    }

    public void Dispose() => _client.Dispose();

    // Empty when the peer has installed it, else why not.
    private async Task<string> SendToAsync(
        Message message, StoreState state, Uri url, string hex, PeerMetrics metrics, CancellationToken token)
    {
        var index = ((MessageBody.InstallSnapshot)message.Body).Mark.Index;
        var watch = Stopwatch.StartNew();
        logger.SnapshotSending(index, hex);
        using var exchange = CancellationTokenSource.CreateLinkedTokenSource(token);
        exchange.CancelAfter(options.WriteTimeout);
        long bytes = 0;
        using var content = new UploadContent(async stream =>
        {
            var guarded = new DeadlineStream(stream, exchange, options.SnapshotStallTimeout);
            await WriteAsync(message, state, guarded, exchange.Token);
            bytes = guarded.Transferred;
            metrics.SentBytes.Inc(bytes);
            exchange.CancelAfter(options.SnapshotInstallTimeout);
        });
        using var request = PeerHttp.CreateRequest(HttpMethod.Post, url, PeerPaths.Snapshot, options, message.To);
        request.Content = content;
        request.Headers.ExpectContinue = true;
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, exchange.Token);
            if (!response.IsSuccessStatusCode)
            {
                var reason = (await response.Content.ReadAsStringAsync(exchange.Token)).Trim().ReplaceLineEndings(" ");
                return $"{(int)response.StatusCode} {reason}";
            }
        }
        finally
        {
            await exchange.CancelAsync();
            await content.Finished;
        }

        logger.SnapshotSent(bytes, index, hex, watch.ElapsedMilliseconds);
        return "";
    }

    private async Task WriteAsync(Message message, StoreState state, Stream stream, CancellationToken token)
    {
        var frame = new FrameBuffer();
        var size = frame.Add(message, options.FrameBytesMax);
        if (size > options.FrameBytesMax)
        {
            throw new IOException($"the message of the snapshot has {size} bytes, over the limit of {options.FrameBytesMax}");
        }

        await stream.WriteAsync(frame.Written, token);
        await writeFrames(state, stream, token);
        await stream.FlushAsync(token);
    }
}
