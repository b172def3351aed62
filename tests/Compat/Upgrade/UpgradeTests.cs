// A data directory of every release opens in this one. Each is kept as an archive, with what a client saw in it when
// it was made; KV_WRITE_RELEASE=1 makes the one of the present release, once it is to be a release.
using System.Text;
using System.Text.Json.Nodes;
using Compat.Harness;
using Xunit;

namespace Compat.Upgrade;

/// <summary>Upgrades.</summary>
public sealed class UpgradeTests : IDisposable
{
    private static readonly string Releases = Path.Combine(Tools.Scripts, "../tests/testdata/releases");

    private readonly string _directory = Directory.CreateTempSubdirectory("kv-upgrade-").FullName;

    public static TheoryData<string> Archives =>
        [.. Directory.GetFiles(Releases, "*.tar.gz").Select(path => Path.GetFileName(path)[..^".tar.gz".Length]).Order()];

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [MemberData(nameof(Archives))]
    public async Task The_data_of_a_release_opens_in_this_one(string release)
    {
        await Command.RunAsync("tar", "-C", _directory, "-xzf", Path.Combine(Releases, release + ".tar.gz"));
        var expected = (await File.ReadAllTextAsync(Path.Combine(_directory, "seen.txt"))).Trim();
        for (var start = 0; start < 2; start++)
        {
            // The second time it is this release that has written the directory last.
            using var node = await StartAsync();
            Assert.Equal(expected, await SeeAsync(node.Url));
            await node.CallAsync("/v3/maintenance/hashkv", "{}");
        }
    }

    [Fact]
    public async Task This_releases_data_is_written_when_it_is_asked_for()
    {
        using (var node = await StartAsync())
        {
            await FillAsync(node);
            var seen = await SeeAsync(node.Url);
            Assert.Contains("root", seen, StringComparison.Ordinal);
            await File.WriteAllTextAsync(Path.Combine(_directory, "seen.txt"), seen + "\n");
        }

        if (Environment.GetEnvironmentVariable("KV_WRITE_RELEASE") == "1")
        {
            var version = (await Command.RunAsync(Tools.KvNode, "--version")).Split('\n')[0].Split(' ')[^1];
            await Command.RunAsync("tar", "-C", _directory, "--exclude=next.tmp", "-czf", Path.Combine(Releases, version + ".tar.gz"), "data", "seen.txt");
        }
    }

    /// <summary>Something of everything that is stored, in snapshots and in the log behind them.</summary>
    private static async Task FillAsync(Running node)
    {
        await node.CallAsync("/v3/lease/grant", """{"ID":7,"TTL":9000000000}""");
        for (var i = 0; i < 300; i++)
        {
            var key = JsonClient.Base64($"k/{i % 40}");
            var lease = i % 7 == 0 ? ""","lease":7""" : "";
            await node.CallAsync("/v3/kv/put", $$"""{"key":"{{key}}","value":"{{JsonClient.Base64(new string('v', i % 90))}}"{{lease}}}""");
            if (i % 11 == 0)
            {
                await node.CallAsync("/v3/kv/deleterange", $$"""{"key":"{{JsonClient.Base64($"k/{i % 13}")}}"}""");
            }
        }

        await node.CallAsync("/v3/kv/compaction", """{"revision":100,"physical":true}""");
        await node.CallAsync("/v3/kv/txn", """{"success":[{"request_put":{"key":"dA==","value":"MQ=="}},{"request_put":{"key":"dQ==","value":"Mg=="}}]}""");
        using var v2 = new HttpClient { BaseAddress = new Uri(node.Url) };
        for (var i = 0; i < 20; i++)
        {
            using var content = new FormUrlEncodedContent(new Dictionary<string, string> { ["value"] = $"{i}" });
            (await v2.PutAsync($"/v2/keys/dir/{i}", content)).EnsureSuccessStatusCode();
        }

        foreach (var (path, body) in new[]
        {
            ("user/add", """{"name":"root","password":"pw"}"""), ("user/add", """{"name":"cert","options":{"no_password":true}}"""),
            ("user/grant", """{"user":"root","role":"root"}"""), ("role/add", """{"name":"r"}"""),
            ("role/grant", """{"name":"r","perm":{"permType":"READWRITE","key":"YQ==","range_end":"AA=="}}"""),
            ("user/grant", """{"user":"cert","role":"r"}"""),
        })
        {
            await node.CallAsync($"/v3/auth/{path}", body);
        }
    }

    /// <summary>All of it as a client sees it.</summary>
    private static async Task<string> SeeAsync(string url)
    {
        using var node = new JsonClient(url);
        var seen = new StringBuilder();
        foreach (var (path, body) in new[]
        {
            ("kv/range", """{"key":"AA==","range_end":"AA=="}"""), ("kv/range", """{"key":"AA==","range_end":"AA==","revision":150}"""),
            ("kv/range", """{"key":"AA==","range_end":"AA==","revision":99}"""), ("maintenance/hashkv", """{"revision":200}"""),
            ("lease/leases", "{}"), ("lease/timetolive", """{"ID":7,"keys":true}"""), ("auth/status", "{}"), ("auth/user/list", "{}"),
            ("auth/user/get", """{"name":"cert"}"""), ("auth/role/get", """{"role":"r"}"""), ("maintenance/alarm", "{}"),
        })
        {
            var body1 = (await node.PostAsync("/v3/" + path, body)).Body;
            (body1["header"] as JsonObject)?.Remove("raft_term");
            body1.Remove("TTL");
            seen.AppendLine($"{path} {body} {body1.ToJsonString()}");
        }

        using var v2 = new HttpClient { BaseAddress = new Uri(url) };
        seen.Append(await v2.GetStringAsync("/v2/keys/?recursive=true&sorted=true"));
        return seen.ToString().Trim();
    }

    private async Task<Running> StartAsync()
    {
        var ports = Ports.Free(2);
        var url = $"http://127.0.0.1:{ports[0]}";
        var process = ServerProcess.Start(Tools.KvNode,
        [
            "--data-dir", Path.Combine(_directory, "data"), "--listen-client-urls", url, "--advertise-client-urls", url,
            "--listen-peer-urls", $"http://127.0.0.1:{ports[1]}", "--enable-v2", "--snapshot-count", "100",
        ]);
        try
        {
            await process.WhenReadyAsync();
            return new Running(process, url);
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    private sealed class Running(ServerProcess process, string url) : IDisposable
    {
        private readonly JsonClient _client = new(url);

        public string Url => url;

        public async Task CallAsync(string path, string body)
        {
            var reply = await _client.PostAsync(path, body);
            Assert.True((int)reply.Status == 200, $"{path} {body}: {reply.Body.ToJsonString()}");
        }

        public void Dispose()
        {
            _client.Dispose();
            process.Dispose();
        }
    }
}
