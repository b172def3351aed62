// kvnode's v2 API beside etcd's: random requests, each answered the same by both.
using System.Globalization;
using Compat.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Compat.V2;

/// <summary>Show 4 of the first generation. KV_V2_SEED and KV_V2_REQUESTS choose another run:
/// <c>KV_V2_REQUESTS=50000 dotnet test tests/Compat --filter V2Differential</c>.</summary>
public sealed class V2DifferentialTests(V2ReferencePair servers, ITestOutputHelper output)
    : IClassFixture<V2ReferencePair>
{
    private const int FixedSeed = 20_141_126;

    private static readonly int Requests = Setting("KV_V2_REQUESTS", 1_500);

    [Fact]
    public Task A_fixed_seed_gives_etcds_answers() => RunAsync(FixedSeed);

    [Fact]
    public Task A_fresh_seed_gives_etcds_answers() => RunAsync(Setting("KV_V2_SEED", Random.Shared.Next()));

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : otherwise;

    private async Task RunAsync(int seed)
    {
        output.WriteLine($"seed {seed}");
        using var pair = await V2Pair.AlignAsync(servers);
        var generator = new V2Generator(seed);
        var first = pair.Index;
        var block = 0;
        try
        {
            while (pair.Count < Requests)
            {
                await BlockAsync(pair, generator, first, $"end-{seed}-{block++}");
            }
        }
        catch (Exception failure)
        {
            throw new Xunit.Sdk.XunitException($"seed {seed}, request {pair.Count}: {failure.Message}");
        }
    }

    /// <summary>Some requests with some watches beside them, and then an end that every watch sees.</summary>
    private static async Task BlockAsync(V2Pair pair, V2Generator generator, ulong first, string end)
    {
        var watches = new List<V2WatchPair>();
        try
        {
            for (var i = 0; i < 60; i++)
            {
                if (i % 10 == 0 && await WatchAsync(pair, generator, first) is { } watch)
                {
                    watches.Add(watch);
                }

                await OneAsync(pair, generator);
            }

            foreach (var watch in watches)
            {
                var top = watch.Path.Split('/')[1];
                await pair.SameAsync(new V2Request("DELETE", $"/v2/keys/{top}?recursive=true"));
                await pair.SameAsync(new V2Request("PUT", $"/v2/keys{watch.Path}", $"value={end}"));
                await watch.CompareAsync(end);
            }
        }
        finally
        {
            watches.ForEach(watch => watch.Dispose());
        }
    }

    private static async Task OneAsync(V2Pair pair, V2Generator generator)
    {
        var request = generator.Next(pair.Index);
        // etcd 3.5 cannot change the time to live of a directory; we can (see the test of that).
        var mayUpdate = request.Method == "PUT"
            && $"{request.Target}&{request.Form}".Contains("prevExist=", StringComparison.Ordinal);
        if (!mayUpdate || !await pair.IsDirectoryAsync(request.Target.Split('?')[0]["/v2/keys".Length..]))
        {
            await pair.SameAsync(request);
        }
    }

    private static Task<V2WatchPair?> WatchAsync(V2Pair pair, V2Generator generator, ulong first)
    {
        var path = generator.Path();
        while (path.Length == 0)
        {
            path = generator.Path();
        }

        var recursive = generator.Next(2) == 0 ? "&recursive=true" : "";
        // etcd ends a stream that begins in the past after one event; we go on (see the test of that).
        var how = generator.Next(3) switch
        {
            0 => "&stream=true",
            1 => $"&waitIndex={Math.Max((long)first + 1, (long)pair.Index - 40 + generator.Next(43))}",
            _ => "",
        };
        return V2WatchPair.OpenAsync(pair, path, recursive + how);
    }
}
