// Watching a real node: what is emitted, from where, and through the death of the node watched.

using System.Management.Automation;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using PSModule.Tests.Hosting;
using Xunit.Abstractions;

namespace PSModule.Tests.Keys;

[Collection(NodeFixture.Name)]
public sealed class WatchCommandTests(NodeFixture node, ITestOutputHelper log) : IDisposable
{
    private readonly Shell _shell = node.Connect();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public void Past_changes_are_emitted_in_order_with_what_was_before()
    {
        var from = _shell.Run("(Set-KvKey wt/a 1 -PassThru).ModRevision; Set-KvKey wt/a 2; Set-KvKey wt/b x; Remove-KvKey wt/a").As<long>()[0];
        var changes = _shell.Run("Watch-KvKey wt/ -Prefix -FromRevision $a -IncludePrevious -First 4", from).WithoutErrors().As<KvChange>();
        Assert.Equal(["Put wt/a", "Put wt/a", "Put wt/b", "Delete wt/a"], changes.Select(static c => $"{c.Type} {c.Key}"));
        Assert.Equal([null, "1", null, "2"], changes.Select(static c => c.PreviousValue));
        Assert.Equal([true, false, true, false], changes.Select(static c => c.IsCreate));
        Assert.Null(changes[3].Value);
    }

    [Fact]
    public void Kinds_patterns_and_selections_are_filtered()
    {
        var from = _shell.Run("(Set-KvKey wf/a1 1 -PassThru).ModRevision; Set-KvKey wf/b1 1; Remove-KvKey wf/a1; Set-KvKey wf/a2 1").As<long>()[0];
        Assert.Equal(["wf/a1", "wf/a2"], Keys("Watch-KvKey wf/a? -Event Put -FromRevision $a -First 2", from));
        Assert.Equal(KvChangeType.Delete, _shell.Run("Watch-KvKey wf/ -Prefix -Event Delete -FromRevision $a -First 1", from).Single<KvChange>().Type);
        Assert.Equal(["wf/a2", "wf/b1"], Keys("'wf/b1', 'wf/a2' | Watch-KvKey -FromRevision $a -First 2", from).Order());
        Assert.Equal(["wf/b1"], Keys("Watch-KvKey -From wf/b -To wf/c -FromRevision $a -First 1", from));
        Assert.Equal(["wf/b1"], Keys("Watch-KvKey -LiteralKey wf/b1 -FromRevision $a -First 1", from));
    }

    [Fact]
    public void A_snapshot_is_followed_by_what_comes_after_it()
    {
        _shell.Run("Set-KvKey ws/a 1; Set-KvKey ws/b 2").WithoutErrors();
        var (pipeline, output) = Start("Watch-KvKey ws/ -Prefix -IncludeSnapshot -First 3");
        using (pipeline)
        using (output)
        {
            Assert.True(Until.Holds(() => output.Count == 2), "the snapshot did not come");
            using var other = node.Connect();
            other.Run("Set-KvKey ws/a 3").WithoutErrors();
            Assert.True(Until.Holds(() => output.Count == 3), "the change did not come");
            Assert.Equal(
                ["Snapshot 1", "Snapshot 2", "Put 3"],
                output.Select(static o => (KvChange)o.BaseObject).Select(static c => $"{c.Type} {c.Value}"));
        }
    }

    [Fact]
    public void Values_have_the_form_asked_for()
    {
        var from = _shell.Run("(Set-KvKey wv/j '{\"n\":1}' -PassThru).ModRevision").Single<long>();
        Assert.Equal(1L, _shell.Run("(Watch-KvKey wv/j -AsJson -FromRevision $a -First 1).Value.n", from).Single<long>());
        Assert.Equal(7, ((byte[])_shell.Run("Watch-KvKey wv/j -AsByteStream -FromRevision $a -First 1", from).Single<KvChange>().Value!).Length);
    }

    [Fact]
    public async Task Compacted_history_is_an_error()
    {
        var revision = _shell.Run("1..3 | ForEach-Object { Set-KvKey wc/a $_ }; (Get-KvKey wc/a).ModRevision").Single<long>();
        using var http = new HttpClient();
        using var body = new StringContent($"{{\"revision\":\"{revision}\"}}");
        using var answer = await http.PostAsync(new Uri(node.Endpoints[0] + "/v3/kv/compaction"), body);
        answer.EnsureSuccessStatusCode();
        Assert.Equal(KvErrorId.RevisionCompacted, _shell.Run("Watch-KvKey wc/a -FromRevision 2 -First 1").ErrorId);
        Assert.Equal(KvErrorId.RevisionCompacted, _shell.Run("Get-KvKey wc/a -Revision 2").ErrorId);
    }

    [Fact]
    public async Task Every_change_is_emitted_once_and_in_order_though_the_node_it_watches_is_killed()
    {
        const int Writes = 10_000;
        using var shell = new Shell();
        var nodes = shell.Run("New-KvCluster -Path $a | Start-KvNode -NodePath $b -PassThru", TestPaths.NewFolder(), TestPaths.NodeProgram)
            .WithoutErrors().As<KvNode>();
        try
        {
            var (pipeline, output) = Start(
                shell, "$null = Connect-KvCluster $a; Watch-KvKey k/ -Prefix -Verbose", (object)nodes.Select(static n => n.ClientUrl).ToArray());
            using (pipeline)
            using (output)
            {
                Assert.True(Until.Holds(() => pipeline.Streams.Verbose.ToArray().Any(static v => v.Message.Contains("watching from"))), "no watch");
                var elapsed = System.Diagnostics.Stopwatch.StartNew();
                var writing = WriteAsync([nodes[1].ClientUrl, nodes[2].ClientUrl], Writes);
                Assert.True(Until.Holds(() => output.Count >= Writes / 3), "no changes before the kill");
                using (var other = new Shell())
                {
                    other.Run("$a | Stop-KvNode -Force", nodes[0]).WithoutErrors();
                }

                var last = (await writing).Max();
                log.WriteLine($"{Writes} changes in {elapsed.Elapsed.TotalSeconds:0.0} s, the kill among them");
                Assert.True(Until.Holds(() => output.Count > 0 && ((KvChange)output[^1].BaseObject).ModRevision >= last), "the last change did not come");
                pipeline.Stop();

                // Nothing else writes, so no revision may be missing between the first and the last.
                var revisions = output.Select(static o => ((KvChange)o.BaseObject).ModRevision).ToList();
                Assert.Equal(Enumerable.Range(0, revisions.Count).Select(n => revisions[0] + n), revisions);
                Assert.True(revisions.Count >= Writes);
            }

            Assert.Contains(pipeline.Streams.Verbose, v => v.Message.Contains("resuming at revision"));
        }
        finally
        {
            shell.Run("$a | Stop-KvNode", (object)nodes.ToArray()).WithoutErrors();
        }
    }

    /// <summary>Writes with several writers at once; the revisions that were acknowledged.</summary>
    private static async Task<IReadOnlyList<long>> WriteAsync(string[] endpoints, int count)
    {
        using var http = new HttpClient();
        var revisions = new System.Collections.Concurrent.ConcurrentBag<long>();
        await Task.WhenAll(Enumerable.Range(0, 64).Select(async writer =>
        {
            for (var i = writer; revisions.Count < count; i++)
            {
                var key = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"k/{writer}"));
                using var body = new StringContent($"{{\"key\":\"{key}\",\"value\":\"{key}\"}}");
                using var answer = await http.PostAsync(new Uri(endpoints[i % endpoints.Length] + "/v3/kv/put"), body);
                if (answer.IsSuccessStatusCode)
                {
                    var header = Newtonsoft.Json.Linq.JObject.Parse(await answer.Content.ReadAsStringAsync())["header"]!;
                    revisions.Add(long.Parse((string)header["revision"]!, System.Globalization.CultureInfo.InvariantCulture));
                }
            }
        }));
        return [.. revisions];
    }

    private (PowerShell Pipeline, PSDataCollection<PSObject> Output) Start(string script) => Start(_shell, script);

    private static (PowerShell Pipeline, PSDataCollection<PSObject> Output) Start(Shell shell, string script, params object?[] arguments)
    {
        var pipeline = shell.Create(script, arguments);
        var output = new PSDataCollection<PSObject>();
        pipeline.BeginInvoke<PSObject, PSObject>(null, output);
        return (pipeline, output);
    }

    private List<string> Keys(string script, params object?[] arguments) =>
        [.. _shell.Run(script, arguments).WithoutErrors().As<KvChange>().Select(static c => c.Key)];
}
