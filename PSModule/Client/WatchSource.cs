// A watch that outlives its connections. When a stream is lost it opens another, on another endpoint
// if there is one, from the revision after the last one delivered: nothing is missed or repeated. Loss
// is noticed even if the network swallows it, by asking the member for its status when it is silent.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Management.Automation;
using System.Net.Http;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Errors;
using Newtonsoft.Json;

namespace Kv.PowerShell.Client;

internal sealed class WatchSource(KvClient client, WatchCreateRequest request, TimeSpan? reconnectLimit)
{
    private const string Path = "/v3/watch";
    private static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(2);

    private bool _wasOpen;
    private int _refusals;
    private long _next = request.StartRevision;

    /// <summary>Delivers events to the sink until stopped. Ends only by an exception.</summary>
    /// <exception cref="KvException">The watch cannot go on: compacted, refused, or nothing reachable.</exception>
    public async Task RunAsync(IWatchSink sink, CancellationToken stop)
    {
        var lostUnopened = 0;
        while (true)
        {
            var (endpoint, stream) = await ConnectAsync(sink, stop).ConfigureAwait(false);
            string reason;
            using (stream)
            {
                reason = await ReadAsync(endpoint, stream, sink, stop).ConfigureAwait(false);
            }

            stop.ThrowIfCancellationRequested();
            endpoint.Proven = false;
            client.Endpoints.Avoid(endpoint);
            if (!_wasOpen && ++lostUnopened >= client.Endpoints.Count)
            {
                throw Unreachable([$"{endpoint.Text}: {reason}"]);
            }

            sink.Verbose(FormattableString.Invariant($"Watch lost {endpoint.Text}: {reason}; resuming at revision {_next}."));
            await Task.Delay(PauseMin, stop).ConfigureAwait(false);
        }
    }

    private async Task<(KvEndpoint Endpoint, HttpResponseMessage Stream)> ConnectAsync(IWatchSink sink, CancellationToken stop)
    {
        var elapsed = Stopwatch.StartNew();
        var pause = PauseMin;
        while (true)
        {
            var failures = new List<string>();
            foreach (var endpoint in client.Endpoints.InOrder())
            {
                try
                {
                    var stream = await OpenAsync(endpoint, sink, stop).ConfigureAwait(false);
                    client.Endpoints.Prefer(endpoint);
                    return (endpoint, stream);
                }
                catch (KvConnectionException failure)
                {
                    sink.Verbose($"POST {endpoint.Text}{Path}: {failure.Message}");
                    failures.Add(failure.Message);
                }
            }

            if (!_wasOpen || elapsed.Elapsed > reconnectLimit)
            {
                throw Unreachable(failures);
            }

            if (pause == PauseMin)
            {
                sink.Warn($"The watch waits for an endpoint to come back: {string.Join("; ", failures)}.");
            }

            await Task.Delay(pause, stop).ConfigureAwait(false);
            pause = pause + pause < PauseMax ? pause + pause : PauseMax;
        }
    }

    private async Task<HttpResponseMessage> OpenAsync(KvEndpoint endpoint, IWatchSink sink, CancellationToken stop)
    {
        request.StartRevision = _next;
        var body = GatewayJson.Write(new WatchRequest { Create = request });
        using var limit = new KvDeadline(client.Options.OperationTimeout, stop).Slice(1);
        try
        {
            return await client.OpenStreamAsync(endpoint, Path, body, sink.Verbose, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!stop.IsCancellationRequested)
        {
            endpoint.Proven = false;
            throw new KvConnectionException(
                KvErrorId.EndpointUnavailable, ErrorCategory.ConnectionError, $"{endpoint.Text}: no answer in time", exception);
        }
        catch (Exception exception) when (TransportError.Is(exception) && !stop.IsCancellationRequested)
        {
            endpoint.Proven = false;
            throw TransportError.ToException(exception, endpoint);
        }
    }

    /// <summary>Reads until the stream is lost; returns why.</summary>
    private async Task<string> ReadAsync(
        KvEndpoint endpoint, HttpResponseMessage stream, IWatchSink sink, CancellationToken stop)
    {
        // The reader cannot be cancelled on this target; closing what it reads from ends it.
        using var closing = stop.Register(static s => ((HttpResponseMessage)s!).Dispose(), stream);
        try
        {
            using var content = await stream.Content.ReadAsStreamAsync().ConfigureAwait(false);
            using var lines = new StreamReader(content, Encoding.UTF8);
            while (true)
            {
                var reading = lines.ReadLineAsync();
                if (await SilenceReasonAsync(reading, endpoint, stop).ConfigureAwait(false) is { } silence)
                {
                    stream.Dispose();
                    await Task.WhenAny(reading).ConfigureAwait(false);
                    return silence;
                }

                var line = await reading.ConfigureAwait(false);
                if (line is null)
                {
                    return "the server ended the stream";
                }

                if (line.Length > 0 && Handle(line, endpoint, sink) is { } loss)
                {
                    return loss;
                }
            }
        }
        catch (Exception exception) when (TransportError.Is(exception) || stop.IsCancellationRequested)
        {
            // With TLS, a read of what was closed fails in ways of its own.
            stop.ThrowIfCancellationRequested();
            return TransportError.ToException(exception, endpoint).Message;
        }
    }

    /// <summary>Waits for the read; null when it is there, else why the silence means loss.</summary>
    private async Task<string?> SilenceReasonAsync(Task reading, KvEndpoint endpoint, CancellationToken stop)
    {
        while (!reading.IsCompleted)
        {
            using (var timer = CancellationTokenSource.CreateLinkedTokenSource(stop))
            {
                var silent = Task.Delay(SilenceLimit, timer.Token);
                var first = await Task.WhenAny(reading, silent).ConfigureAwait(false);
                timer.Cancel();
                if (first == reading)
                {
                    return null;
                }
            }

            stop.ThrowIfCancellationRequested();
            try
            {
                var call = new KvCall(client.Options.OperationTimeout, stop);
                var status = await client.StatusAsync(endpoint, call).ConfigureAwait(false);
                if (status.Leader == 0 && client.Endpoints.Count > 1)
                {
                    return "the member has no leader";
                }
            }
            catch (KvException failure) when (failure is KvConnectionException or KvTimeoutException)
            {
                return failure.Message;
            }
        }

        return null;
    }

    /// <summary>Takes in one line; returns why the stream is lost, or null to go on.</summary>
    private string? Handle(string line, KvEndpoint endpoint, IWatchSink sink)
    {
        var message = Parse(line, endpoint);
        if (message.Error is { } error)
        {
            var failure = ServerError.ToException(error.Status, error.Message ?? "unknown error", endpoint.Text);
            return failure is KvConnectionException or KvTimeoutException || error.Status is KvStatusCode.Canceled
                ? failure.Message
                : throw failure;
        }

        var response = message.Result ?? throw NotAWatch(line, endpoint, null);
        var revision = response.Header?.Revision ?? 0;
        if (response.Canceled)
        {
            // A token that has run out is refused inside the stream; the next attempt logs in anew, once.
            if (client.Login.MayHaveExpired(response.CancelReason) && _refusals++ == 0)
            {
                client.Login.Forget();
                return "the login is not valid any more";
            }

            return Canceled(response, endpoint) is { } failure ? throw failure : "the server cancelled the watch";
        }

        if (response.Created)
        {
            _next = _next > 0 ? _next : revision + 1;
            _wasOpen = true;
            _refusals = 0;
            sink.Verbose(FormattableString.Invariant($"POST {endpoint.Text}{Path}: watching from revision {_next}"));
        }
        else if (response.Events.Length == 0)
        {
            _next = Math.Max(_next, revision + 1);
        }

        foreach (var change in response.Events)
        {
            sink.Change(change);
            _next = change.Kv.ModRevision + 1;
        }

        return null;
    }

    private static StreamMessage<WatchResponse> Parse(string line, KvEndpoint endpoint)
    {
        try
        {
            return GatewayJson.Read<StreamMessage<WatchResponse>>(new StringReader(line));
        }
        catch (JsonException exception)
        {
            throw NotAWatch(line, endpoint, exception);
        }
    }

    private static KvProtocolException NotAWatch(string line, KvEndpoint endpoint, Exception? inner) =>
        new($"{endpoint.Text} sent a line that is no watch message: {line.Substring(0, Math.Min(line.Length, 200))}", inner)
        {
            Endpoint = endpoint.Text,
        };

    private static KvException? Canceled(WatchResponse response, KvEndpoint endpoint)
    {
        var reason = response.CancelReason ?? string.Empty;
        if (response.CompactRevision > 0 || reason.Contains("compacted"))
        {
            return new KvRevisionException(
                KvErrorId.RevisionCompacted,
                FormattableString.Invariant(
                    $"The history to watch is compacted; the oldest revision left is {response.CompactRevision}."))
            {
                Endpoint = endpoint.Text,
                CompactRevision = response.CompactRevision,
                RecommendedAction = "Read the keys again and watch from the revision of that read (-IncludeSnapshot does both).",
            };
        }

        var code = reason.Contains("PermissionDenied") ? KvStatusCode.PermissionDenied
            : reason.Contains("Unauthenticated") ? KvStatusCode.Unauthenticated
            : KvStatusCode.InvalidArgument;
        return reason.Length == 0 ? null : ServerError.ToException(code, reason, endpoint.Text);
    }

    private static KvConnectionException Unreachable(List<string> failures) =>
        new(
            KvErrorId.EndpointUnavailable,
            ErrorCategory.ConnectionError,
            $"No endpoint could be watched: {string.Join("; ", failures)}.")
        {
            Code = KvStatusCode.Unavailable,
            EndsCommand = true,
            RecommendedAction = "Check that the cluster runs and that the endpoints given to Connect-KvCluster are right.",
        };
}
