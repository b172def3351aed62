// One watch on both servers, whose events must be the same in the same order.
using Compat.Harness;
using Xunit;
using Xunit.Sdk;

namespace Compat.V2;

/// <summary>A watch that goes on beside other requests, on both servers.</summary>
internal sealed class V2WatchPair : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly V2Request _request;
    private readonly HttpResponseMessage _etcd;
    private readonly HttpResponseMessage _kv;

    private V2WatchPair(V2Request request, string path, HttpResponseMessage etcd, HttpResponseMessage kv) =>
        (_request, Path, _etcd, _kv) = (request, path, etcd, kv);

    /// <summary>The path watched.</summary>
    public string Path { get; }

    private bool IsStream => _request.Target.Contains("stream=true", StringComparison.Ordinal);

    /// <summary>Begins a watch; both answer with their headers at once.</summary>
    /// <returns>Null if both refused, alike.</returns>
    public static async Task<V2WatchPair?> OpenAsync(V2Pair pair, string path, string fields)
    {
        var request = new V2Request("GET", $"/v2/keys{path}?wait=true{fields}");
        using var patience = new CancellationTokenSource(Patience);
        var etcd = await pair.Etcd.OpenAsync(request, patience.Token);
        var kv = await pair.Kv.OpenAsync(request, patience.Token);
        if (etcd.IsSuccessStatusCode)
        {
            V2Pair.Compare(request, Headers(etcd, ""), Headers(kv, ""));
            return new V2WatchPair(request, path, etcd, kv);
        }

        V2Pair.Compare(
            request,
            Headers(etcd, await etcd.Content.ReadAsStringAsync(patience.Token)),
            Headers(kv, await kv.Content.ReadAsStringAsync(patience.Token)));
        etcd.Dispose();
        kv.Dispose();
        return null;
    }

    /// <summary>Reads both until the event with that value (or the first, if it is no stream), and
    /// compares what came.</summary>
    public async Task CompareAsync(string lastValue)
    {
        var theirs = await ReadAsync(_etcd, lastValue);
        var ours = await ReadAsync(_kv, lastValue);
        if (!theirs.SequenceEqual(ours))
        {
            throw new XunitException(
                $"{_request}\netcd:\n{string.Join('\n', theirs)}\nkv:\n{string.Join('\n', ours)}");
        }
    }

    public void Dispose()
    {
        _etcd.Dispose();
        _kv.Dispose();
    }

    private static V2Answer Headers(HttpResponseMessage response, string body) =>
        new((int)response.StatusCode, V2Http.HeadersOf(response), body);

    private async Task<List<string>> ReadAsync(HttpResponseMessage response, string lastValue)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(patience.Token));
        var events = new List<string>();
        while (await reader.ReadLineAsync(patience.Token) is { } line)
        {
            var text = V2Neutral.Of(line).Text;
            // etcd tells a stream twice of a deletion at the very path it watches.
            if (events.Count == 0 || events[^1] != text)
            {
                events.Add(text);
            }

            if (IsStream && text.Contains($"\"{lastValue}\"", StringComparison.Ordinal))
            {
                return events;
            }
        }

        Assert.False(IsStream, $"{_request} ended before {lastValue}: {string.Join('\n', events)}");
        return events;
    }
}
