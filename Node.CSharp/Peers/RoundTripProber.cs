// Measures the round-trip time to each peer every few seconds, for the histogram operators watch.
using System.Diagnostics;
using Kv.Node.Ports;

namespace Kv.Node.Peers;

/// <summary>Measures round-trip times.</summary>
internal sealed class RoundTripProber(PeerOptions options) : IDisposable
{
    private readonly HttpClient _client = PeerHttp.CreateClient(options);

    /// <summary>Measures one peer.</summary>
    /// <returns>The time, or null if the peer did not answer in time.</returns>
    public async Task<TimeSpan?> MeasureAsync(PeerAddress peer, CancellationToken token)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(options.WriteTimeout);
        using var request = PeerHttp.CreateRequest(HttpMethod.Get, peer.Urls[0], PeerPaths.Probing, options, peer.Id);
        var start = Stopwatch.GetTimestamp();
        try
        {
            using var response = await _client.SendAsync(request, limit.Token);
            return response.IsSuccessStatusCode ? Stopwatch.GetElapsedTime(start) : null;
        }
        catch (Exception problem) when (problem is HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }

    public void Dispose() => _client.Dispose();
}
