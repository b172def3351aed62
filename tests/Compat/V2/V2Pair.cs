// The same v2 requests to kvnode and to Debian's etcd, of which every answer must be the same.
using System.Text.Json;
using Compat.Harness;
using Xunit;
using Xunit.Sdk;

namespace Compat.V2;

/// <summary>A fresh kvnode and a fresh etcd, both with the v2 API on.</summary>
public sealed class V2ReferencePair : ReferencePair
{
    public V2ReferencePair()
        : base("--enable-v2")
    {
    }
}

/// <summary>Two servers at the same store index.</summary>
internal sealed class V2Pair : IDisposable
{
    private V2Pair(V2Http kv, V2Http etcd) => (Kv, Etcd) = (kv, etcd);

    public V2Http Kv { get; }

    public V2Http Etcd { get; }

    /// <summary>The store index after the last request; both have the same.</summary>
    public ulong Index { get; private set; }

    /// <summary>Requests compared.</summary>
    public int Count { get; private set; }

    /// <summary>Brings both to one store index: etcd keeps its cluster in the same store, so that it is
    /// ahead of an empty one; and a test may have written to one of them alone.</summary>
    internal static async Task<V2Pair> AlignAsync(ReferencePair servers)
    {
        var pair = new V2Pair(new V2Http(servers.KvUrl), new V2Http(servers.EtcdUrl));
        await Eventually.Holds(
            async () => !(await pair.Etcd.GetAsync("/version")).Body.Contains("not_decided", StringComparison.Ordinal),
            "etcd has decided on a cluster version");
        await pair.PadAsync();
        return pair;
    }

    private async Task PadAsync()
    {
        var (kv, etcd) = ((await Kv.GetAsync("/v2/keys")).Index, (await Etcd.GetAsync("/v2/keys")).Index);
        var goal = Math.Max(kv, etcd) + (Math.Min(kv, etcd) + 1 == Math.Max(kv, etcd) ? 2UL : 0UL);
        foreach (var (server, index) in new[] { (Kv, kv), (Etcd, etcd) }.Where(one => one.Item2 < goal))
        {
            for (var i = index; i + 1 < goal; i++)
            {
                await server.PutAsync("/v2/keys/pad", "value=");
            }

            await server.SendAsync(new V2Request("DELETE", "/v2/keys/pad"));
        }

        Index = (await Kv.GetAsync("/v2/keys")).Index;
        Assert.Equal((await Etcd.GetAsync("/v2/keys")).Index, Index);
    }

    /// <summary>Sends a request to both and compares everything that can be.</summary>
    public async Task<V2Answer> SameAsync(V2Request request)
    {
        var answers = await Task.WhenAll(Etcd.SendAsync(request), Kv.SendAsync(request));
        Compare(request, answers[0], answers[1]);
        Count++;
        if (answers[1].Headers.ContainsKey("X-Raft-Index"))
        {
            Index = answers[1].Index;
        }

        return answers[1];
    }

    /// <summary>Sends the same request many times at once, to both.</summary>
    public async Task RepeatAsync(V2Request request, int count)
    {
        await Task.WhenAll(
            Parallel.ForAsync(0, count, async (_, _) => await Etcd.SendAsync(request)),
            Parallel.ForAsync(0, count, async (_, _) => await Kv.SendAsync(request)));
        Index = (await Kv.GetAsync("/v2/keys")).Index;
        Assert.Equal((await Etcd.GetAsync("/v2/keys")).Index, Index);
    }

    /// <summary>True if the path is a directory now.</summary>
    public async Task<bool> IsDirectoryAsync(string path)
    {
        var answer = await Etcd.GetAsync($"/v2/keys{path}");
        return answer.Status == 200
            && JsonDocument.Parse(answer.Body).RootElement.GetProperty("node").TryGetProperty("dir", out _);
    }

    /// <exception cref="XunitException">The answers differ.</exception>
    public static void Compare(object request, V2Answer theirs, V2Answer ours)
    {
        var (their, theirTimes) = V2Neutral.Of(theirs.Body);
        var (our, ourTimes) = V2Neutral.Of(ours.Body);
        var isSame = theirs.Status == ours.Status
            && their == our
            && V2Neutral.AreClose(ourTimes, theirTimes)
            && theirs.Headers.OrderBy(h => h.Key).SequenceEqual(ours.Headers.OrderBy(h => h.Key));
        if (!isSame)
        {
            throw new XunitException($"{request}\netcd: {Show(theirs)}\nkv:   {Show(ours)}");
        }
    }

    public void Dispose()
    {
        Kv.Dispose();
        Etcd.Dispose();
    }

    private static string Show(V2Answer answer) =>
        $"{answer.Status} {string.Join(' ', answer.Headers.OrderBy(h => h.Key).Select(h => $"{h.Key}={h.Value}"))} {answer.Body}";
}
