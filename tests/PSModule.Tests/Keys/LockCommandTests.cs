// Locks and scopes from the prompt, on a real cluster.

using System.Management.Automation;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using PSModule.Tests.Hosting;

namespace PSModule.Tests.Keys;

[Collection(NodeFixture.Name)]
public sealed class LockCommandTests(NodeFixture cluster)
{
    [Fact]
    public async Task A_lock_has_one_holder_and_goes_to_the_next_in_line()
    {
        using var first = cluster.Connect();
        using var second = cluster.Connect();
        var held = first.Run("Lock-KvResource lock/one").WithoutErrors().Single<KvLock>();
        Assert.True(held.IsHeld);
        Assert.StartsWith("lock/one/", held.LockKey);
        Assert.Equal(KvErrorId.Timeout, second.Run("Lock-KvResource lock/one -TimeoutSec 1").ErrorId);
        Assert.Equal(1L, first.Run("Get-KvKey lock/one/ -Prefix -CountOnly").Single<long>());

        using var waiting = second.Create("Lock-KvResource lock/one");
        var next = waiting.InvokeAsync();
        Assert.True(Until.Holds(() => first.Run("Get-KvKey lock/one/ -Prefix -CountOnly").Single<long>() == 2));
        Assert.False(next.IsCompleted);
        first.Run("$a | Unlock-KvResource", held).WithoutErrors();
        Assert.False(held.IsHeld);
        var now = (KvLock)Assert.Single(await next.WaitAsync(TimeSpan.FromSeconds(30))).BaseObject;
        Assert.NotEqual(held.LockKey, now.LockKey);

        first.Run("Unlock-KvResource -LockKey $a", now.LockKey).WithoutErrors();
        Assert.Equal(0L, first.Run("Get-KvKey lock/one/ -Prefix -CountOnly").Single<long>());
    }

    [Fact]
    public void A_script_holds_the_lock_while_it_runs_and_its_output_comes_through()
    {
        using var shell = cluster.Connect();
        var output = shell.Run("Use-KvLock lock/two { param($l) $l.LockKey; Test-KvKey $l.LockKey } | ForEach-Object { \"$_\" }").WithoutErrors().As<string>();
        Assert.StartsWith("lock/two/", output[0]);
        Assert.Equal("True", output[1]);
        Assert.False(shell.Run("Test-KvKey lock/two/ -Prefix").Single<bool>());

        var failed = shell.Run("Use-KvLock lock/two { 'before'; throw 'broken' }");
        Assert.Equal("broken", failed.Errors[0].Exception.Message);
        Assert.False(shell.Run("Test-KvKey lock/two/ -Prefix").Single<bool>());
    }

    [Fact]
    public async Task Ctrl_C_leaves_the_line_and_gives_back_what_was_held()
    {
        using var shell = cluster.Connect();
        using var other = cluster.Connect();
        using var running = other.Create("Use-KvLock lock/three { Wait-KvKey lock/never }");
        var run = running.InvokeAsync();
        Assert.True(Until.Holds(() => shell.Run("Get-KvKey lock/three/ -Prefix -CountOnly").Single<long>() == 1));
        using var third = cluster.Connect();
        using var waiting = third.Create("Lock-KvResource lock/three");
        var wait = waiting.InvokeAsync();
        Assert.True(Until.Holds(() => shell.Run("Get-KvKey lock/three/ -Prefix -CountOnly").Single<long>() == 2));

        waiting.Stop();
        await Assert.ThrowsAsync<PipelineStoppedException>(() => wait);
        Assert.True(Until.Holds(() => shell.Run("Get-KvKey lock/three/ -Prefix -CountOnly").Single<long>() == 1));
        running.Stop();
        await Assert.ThrowsAsync<PipelineStoppedException>(() => run);
        Assert.True(Until.Holds(() => shell.Run("Get-KvKey lock/three/ -Prefix -CountOnly").Single<long>() == 0));
    }

    [Fact]
    public void A_lease_is_renewed_while_a_script_runs_and_ends_with_it()
    {
        using var shell = cluster.Connect();
        var output = shell.Run(
            """
            Use-KvLease 2 {
                param($lease)
                Set-KvKey scope/a 1 -LeaseId $lease.LeaseId
                $end = [datetime]::UtcNow + $lease.TimeToLive + $lease.TimeToLive
                while ([datetime]::UtcNow -lt $end) { $null = Get-KvLease $lease.LeaseId }
                (Get-KvKey scope/a).Value
            }
            """).WithoutErrors();
        Assert.Equal("1", output.Single<string>());
        Assert.False(shell.Run("Test-KvKey scope/a").Single<bool>());
    }

    [Fact]
    public void The_loss_of_the_lease_is_said()
    {
        using var shell = cluster.Connect();
        var result = shell.Run("Use-KvLease 2 { param($l) Remove-KvLease $l.LeaseId; Wait-KvKey scope/gone -TimeoutSec 2 -ErrorAction Ignore }");
        Assert.Equal(KvErrorId.LeaseLost, result.ErrorId);
    }
}
