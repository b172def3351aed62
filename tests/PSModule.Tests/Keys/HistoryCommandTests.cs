// The history of keys: those that are there, those that are gone, and what a compaction leaves.

using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using PSModule.Tests.Hosting;

namespace PSModule.Tests.Keys;

public sealed class HistoryCommandTests
{
    [Fact]
    public void Keys_are_read_as_they_were_at_a_time()
    {
        using var shell = new Shell();
        try
        {
            shell.Run("New-KvCluster astime -Count 1 -Path $a | Start-KvNode -NodePath $b; $null = Connect-KvCluster", TestPaths.NewFolder(), TestPaths.NodeProgram).WithoutErrors();
            shell.Run("Set-KvKey t one").WithoutErrors();
            var first = FirstTimeOf(shell, "one");
            shell.Run("Set-KvKey t two; Set-KvKey t/other x").WithoutErrors();
            var second = FirstTimeOf(shell, "two");
            Assert.Equal("one", Value(shell, first));
            Assert.Equal(1L, shell.Run("Get-KvKey t -Prefix -CountOnly -AsOf $a", first.ToUniversalTime()).WithoutErrors().Single<long>());

            // It is remembered through a crash.
            shell.Run("Stop-KvNode astime-n1 -Force; Start-KvNode astime-n1 -NodePath $a", TestPaths.NodeProgram).WithoutErrors();
            Assert.Equal("one", Value(shell, first));
            Assert.Equal("two", Value(shell, second));

            Assert.Equal(KvErrorId.TimeUnknown, shell.Run("Get-KvKey t -AsOf $a", first.AddDays(-1)).ErrorId);
            Assert.Equal(KvErrorId.TimeUnknown, shell.Run("Get-KvKey t -AsOf $a", first.AddDays(1)).ErrorId);
            Assert.Equal(KvErrorId.ParameterConflict, shell.Run("Get-KvKey t -AsOf $a -Revision 2", first).ErrorId);
        }
        finally
        {
            shell.Run("Stop-KvNode astime-n1 -Force");
        }
    }

    /// <summary>A moment of now, as soon as the node knows that the key had this value then.</summary>
    private static DateTime FirstTimeOf(Shell shell, string value)
    {
        DateTime now = default;
        Assert.True(Until.Holds(() =>
        {
            now = DateTime.Now;
            return shell.Run("(Get-KvKey t -AsOf $a -ErrorAction SilentlyContinue).Value", now).Output is [{ BaseObject: string found }] && found == value;
        }), $"'{value}' was not seen");
        return now;
    }

    private static string Value(Shell shell, DateTime time) => shell.Run("(Get-KvKey t -AsOf $a).Value", time).WithoutErrors().Single<string>();

    [Fact]
    public void Every_change_that_is_remembered_is_told_in_order()
    {
        using var shell = new Shell();
        try
        {
            shell.Run("New-KvCluster history -Count 1 -Path $a | Start-KvNode -NodePath $b; $null = Connect-KvCluster", TestPaths.NewFolder(), TestPaths.NodeProgram).WithoutErrors();
            Assert.Empty(History(shell, "h"));
            shell.Run("Set-KvKey h 1; Set-KvKey a x; Set-KvKey h 2; Remove-KvKey h; Set-KvKey h 3").WithoutErrors();
            Assert.Equal(["Put h @2", "Put h @4", "Delete h @5", "Put h @6"], History(shell, "h"));
            Assert.Equal(["Put a @3"], History(shell, "a"));

            // Gone keys; the newest change is of this key, of one before it and of one after it.
            shell.Run("Remove-KvKey h").WithoutErrors();
            Assert.Equal("Delete h @7", History(shell, "h")[^1]);
            shell.Run("Set-KvKey b x").WithoutErrors();
            Assert.Equal(5, History(shell, "h").Length);
            shell.Run("Remove-KvKey b; Set-KvKey z x").WithoutErrors();
            Assert.Equal(["Put b @8", "Delete b @9"], History(shell, "b"));
            Assert.Equal(5, History(shell, "h").Length);
            Assert.Empty(History(shell, "never"));

            shell.Run("Compress-KvHistory -Revision 4 -Confirm:$false").WithoutErrors();
            Assert.Equal(["Put h @4", "Delete h @5", "Put h @6", "Delete h @7"], History(shell, "h"));
            Assert.Equal(["Put a @3"], History(shell, "a"));
            shell.Run("Compress-KvHistory -Revision 10 -Confirm:$false").WithoutErrors();
            Assert.Empty(History(shell, "h"));
            Assert.Equal(["Put z @10"], History(shell, "z"));
            Assert.Equal(["2", "3"], shell.Run("Set-KvKey z 2; Set-KvKey z 3; 'z' | Get-KvKeyHistory | Where-Object ModRevision -GT 10 | ForEach-Object Value").WithoutErrors().As<string>());
        }
        finally
        {
            shell.Run("Get-KvNode history* | Stop-KvNode -Force");
        }
    }

    [Fact]
    public async Task A_history_that_does_not_come_is_given_up()
    {
        await using var gateway = new FakeGateway(static request => request.Path == "/v3/watch"
            ? FakeReply.Stream($"{{\"result\":{{{FakeGateway.Header},\"created\":true}}}}")
            : FakeGateway.Healthy(request));
        using var shell = new Shell();
        Assert.Equal(KvErrorId.Timeout, shell.Run("$null = Connect-KvCluster $a; Get-KvKeyHistory h -TimeoutSec 1", gateway.Url).ErrorId);
    }

    private static string[] History(Shell shell, string key) =>
        [.. shell.Run("Get-KvKeyHistory $a", key).WithoutErrors().As<KvChange>().Select(static c => c.ToString())];
}
