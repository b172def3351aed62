// -AsJob: the streaming cmdlets in the background, received, stopped and failed like any job.

using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using PSModule.Tests.Hosting;

namespace PSModule.Tests.Keys;

[Collection(NodeFixture.Name)]
public sealed class JobTests(NodeFixture node) : IDisposable
{
    private readonly Shell _shell = node.Connect();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public void A_watch_misses_nothing_that_happens_after_the_command_came_back()
    {
        _shell.Run("Set-KvKey aj/before x").WithoutErrors();
        _shell.Run("$job = Watch-KvKey aj/ -Prefix -First 3 -AsJob -JobName watcher; 1..3 | ForEach-Object { Set-KvKey aj/k $_ }").WithoutErrors();
        Assert.Equal("watcher", _shell.Run("(Get-Job watcher).Name").WithoutErrors().Single<string>());
        var changes = _shell.Run("$job | Wait-Job -Timeout 30 | Receive-Job").WithoutErrors().As<KvChange>();
        Assert.Equal(["1", "2", "3"], changes.Select(static c => c.Value));
        Assert.Equal("Completed", State());
        Assert.False(_shell.Run("$job.HasMoreData").Single<bool>());
        _shell.Run("Remove-Job $job").WithoutErrors();
    }

    [Fact]
    public void Piped_keys_are_watched_until_the_job_is_stopped()
    {
        _shell.Run("$job = 'ap/a', 'ap/b' | Watch-KvKey -AsJob; Set-KvKey ap/b 1; Set-KvKey ap/a 2; Set-KvKey ap/c 3").WithoutErrors();
        Assert.True(Until.Holds(() => _shell.Run("$job.Output.Count").Single<int>() == 2), "the changes did not come");
        Assert.Equal(["ap/a", "ap/b"], _shell.Run("(Receive-Job $job).Key").WithoutErrors().As<string>().Order());
        _shell.Run("Stop-Job $job").WithoutErrors();
        Assert.Equal("Stopped", State());
    }

    [Fact]
    public void A_wait_with_a_condition_ends_when_it_is_met()
    {
        _shell.Run("$job = Wait-KvKey aw/n -Condition { [int]$_.Value -ge 2 } -AsJob; 1..2 | ForEach-Object { Set-KvKey aw/n $_ }").WithoutErrors();
        Assert.Equal("2", _shell.Run("($job | Wait-Job -Timeout 30 | Receive-Job).Value").WithoutErrors().Single<string>());
    }

    [Fact]
    public void What_ends_the_command_is_the_error_of_the_job()
    {
        _shell.Run("$job = Wait-KvKey never -TimeoutSec 1 -AsJob; $null = Wait-Job $job -Timeout 30").WithoutErrors();
        Assert.StartsWith(KvErrorId.Timeout, _shell.Run("Receive-Job $job").ErrorId, StringComparison.Ordinal);
        _shell.Run("Set-KvKey ae 1; $job = Wait-KvKey ae -Condition { throw 'no' } -AsJob; $null = Wait-Job $job -Timeout 30").WithoutErrors();
        Assert.Equal("Failed", State());
        Assert.Contains("no", _shell.Run("Receive-Job $job").Errors[0].ToString());
    }

    private string State() => _shell.Run("$job.State").WithoutErrors().Single<string>();
}
