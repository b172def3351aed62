// The same commands against kvnode and against Debian's etcd, from the same empty start, so that even
// revisions must be equal. What cannot be (ids, ports, sizes, times) is replaced by its name.
using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace Compat.Harness;

/// <summary>A fresh single kvnode and a fresh single etcd.</summary>
public partial class ReferencePair : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("kv-reference-").FullName;
    private readonly int[] _ports = Ports.Free(4);
    private ServerProcess? _kv;
    private ServerProcess? _etcd;
    private readonly string[] _extraFlags;

    public ReferencePair()
        : this([])
    {
    }

    /// <param name="extraFlags">Given to both.</param>
    protected ReferencePair(params string[] extraFlags) => _extraFlags = extraFlags;

    public string KvUrl => $"http://127.0.0.1:{_ports[0]}";

    public string EtcdUrl => $"http://127.0.0.1:{_ports[2]}";

    public async Task InitializeAsync()
    {
        _kv = ServerProcess.Start(Tools.KvNode, Flags("kv", _ports[0], _ports[1]));
        _etcd = ServerProcess.Start(Tools.Etcd, Flags("etcd", _ports[2], _ports[3]));
        await _kv.WhenReadyAsync();
        await _etcd.WhenReadyAsync();
    }

    public Task DisposeAsync()
    {
        _kv?.Dispose();
        _etcd?.Dispose();
        Directory.Delete(_directory, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>Runs one etcdctl command on both; output and exit code must be equal.</summary>
    internal async Task<string> SameWithInputAsync(string input, params string[] arguments)
    {
        var theirs = await EtcdCtl.TryWithInputAsync(EtcdUrl, input, arguments);
        var ours = await EtcdCtl.TryWithInputAsync(KvUrl, input, arguments);
        Assert.Equal(Neutral(theirs.Output), Neutral(ours.Output));
        Assert.Equal(Message(theirs.Error), Message(ours.Error));
        Assert.Equal(theirs.ExitCode, ours.ExitCode);
        return ours.Output;
    }

    /// <summary>Runs one etcdctl command without input on both.</summary>
    internal Task<string> SameAsync(params string[] arguments) => SameWithInputAsync("", arguments);

    /// <summary>Starts one etcdctl command on both that does not end by itself, does the same to both, and
    /// compares what they print.</summary>
    /// <param name="lines">Lines to read after the act.</param>
    /// <param name="act">Gets the server's URL and the running command.</param>
    /// <param name="arguments">The command.</param>
    internal async Task<string[]> SameLinesAsync(
        int lines, Func<string, Process, Task<IEnumerable<string>>> act, params string[] arguments)
    {
        var theirs = await LinesAsync(EtcdUrl, lines, act, arguments);
        var ours = await LinesAsync(KvUrl, lines, act, arguments);
        Assert.Equal(theirs.Select(Neutral), ours.Select(Neutral));
        return ours;
    }

    private static async Task<string[]> LinesAsync(
        string url, int lines, Func<string, Process, Task<IEnumerable<string>>> act, string[] arguments)
    {
        using var process = EtcdCtl.Open(url, arguments);
        try
        {
            var seen = (await act(url, process)).ToList();
            for (var i = 0; i < lines; i++)
            {
                seen.Add(await EtcdCtl.LineAsync(process));
            }

            return [.. seen];
        }
        finally
        {
            process.Kill();
        }
    }

    private string[] Flags(string directory, int client, int peer) =>
    [
        "--name", "default", "--data-dir", Path.Combine(_directory, directory),
        "--listen-client-urls", $"http://127.0.0.1:{client}",
        "--advertise-client-urls", $"http://127.0.0.1:{client}",
        "--listen-peer-urls", $"http://127.0.0.1:{peer}",
        "--initial-advertise-peer-urls", $"http://127.0.0.1:{peer}",
        "--initial-cluster", $"default=http://127.0.0.1:{peer}",
        .. _extraFlags,
    ];

    internal string Neutral(string text)
    {
        text = text.Replace($":{_ports[0]}", ":CLIENT", StringComparison.Ordinal)
            .Replace($":{_ports[1]}", ":PEER", StringComparison.Ordinal)
            .Replace($":{_ports[2]}", ":CLIENT", StringComparison.Ordinal)
            .Replace($":{_ports[3]}", ":PEER", StringComparison.Ordinal);
        text = JsonId().Replace(text, "\"$1\":N");
        text = FieldsId().Replace(text, "\"$1\" : N");
        text = Size().Replace(text, "SIZE");
        text = Took().Replace(text, "took = TIME");
        text = HexId().Replace(text, "ID");
        text = Version().Replace(text, "VERSION");
        text = StatusNumbers().Replace(text, "| true | false | TERM | INDEX | APPLIED |");
        return Layout().Replace(text, m => m.Value[..1]);
    }

    /// <summary>etcdctl's own log lines carry times and target names; the message is what counts.</summary>
    private static string Message(string error) =>
        string.Join('\n', error.Split('\n').Where(line => line.StartsWith("Error", StringComparison.Ordinal)));

    [GeneratedRegex("\"(cluster_id|member_id|raft_term|raftTerm|raftIndex|raftAppliedIndex|leader|dbSize|dbSizeInUse|ID)\":[0-9]+")]
    private static partial Regex JsonId();

    [GeneratedRegex("\"(ClusterID|MemberID|RaftTerm)\" : [0-9]+")]
    private static partial Regex FieldsId();

    [GeneratedRegex(@"\b[0-9.]+ [kM]?B\b")]
    private static partial Regex Size();

    [GeneratedRegex("took = [0-9.]+(µs|ms|s)")]
    private static partial Regex Took();

    [GeneratedRegex(@"\b[0-9a-f]{11,16}\b")]
    private static partial Regex HexId();

    [GeneratedRegex(@"\b3\.[0-9]+\.[0-9]+\b")]
    private static partial Regex Version();

    [GeneratedRegex(@"\|\s+true \|\s+false \|\s+\d+ \|\s+\d+ \|\s+\d+ \|")]
    private static partial Regex StatusNumbers();

    [GeneratedRegex(@" {2,}|-{2,}")]
    private static partial Regex Layout();
}
