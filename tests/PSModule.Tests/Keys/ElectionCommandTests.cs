// Elections from the prompt, on a real cluster.

using System.Management.Automation;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using PSModule.Tests.Hosting;

namespace PSModule.Tests.Keys;

[Collection(NodeFixture.Name)]
public sealed class ElectionCommandTests(NodeFixture cluster)
{
    [Fact]
    public async Task Leadership_goes_from_one_candidate_to_the_next_and_is_watched()
    {
        using var first = cluster.Connect();
        using var second = cluster.Connect();
        using var third = cluster.Connect();
        Assert.Equal(KvErrorId.ElectionNotFound, first.Run("Get-KvElection elect/a").ErrorId);
        using var watch = third.Create("Watch-KvElection elect/a -First 2");
        var seen = new PSDataCollection<PSObject>();
        var watching = watch.InvokeAsync<PSObject, PSObject>(null, seen);

        var one = first.Run("Enter-KvElection elect/a host-1").WithoutErrors().Single<KvCandidacy>();
        Assert.True(one.IsLeader);
        Assert.Equal("host-1", first.Run("(Get-KvElection elect/a).Value").WithoutErrors().Single<string>());
        Assert.True(Until.Holds(() => seen.Count == 1));
        Assert.Equal(KvErrorId.Timeout, second.Run("Enter-KvElection elect/a host-2 -TimeoutSec 1").ErrorId);

        using var waiting = second.Create("Enter-KvElection elect/a host-3");
        var next = waiting.InvokeAsync();
        Assert.True(Until.Holds(() => first.Run("Get-KvKey elect/a/ -Prefix -CountOnly").Single<long>() == 2));
        first.Run("$a | Exit-KvElection", one).WithoutErrors();
        Assert.False(one.IsLeader);
        var three = (KvCandidacy)Assert.Single(await next.WaitAsync(TimeSpan.FromSeconds(30))).BaseObject;
        await watching.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(["host-1", "host-3"], seen.Select(static o => ((KvLeader)o.BaseObject).Value));
        first.Run("Exit-KvElection $a", three).WithoutErrors();
        Assert.False(first.Run("Test-KvKey elect/a/ -Prefix").Single<bool>());
    }
}
