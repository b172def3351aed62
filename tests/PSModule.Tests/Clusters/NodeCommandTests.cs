// Local nodes: created, started, seen, stopped, crashed, found again, and what goes wrong.

using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using PSModule.Tests.Hosting;

namespace PSModule.Tests.Clusters;

[Collection(NodeFixture.Name)]
public sealed class NodeCommandTests : IDisposable
{
    private readonly Shell _shell = new();
    private readonly string _folder = TestPaths.NewFolder();

    public void Dispose()
    {
        if (Directory.Exists(_folder) && Directory.EnumerateFiles(_folder, "*.pid").Any())
        {
            _shell.Run("Get-KvNode -Path $a | Stop-KvNode -Force", _folder).WithoutErrors();
        }

        _shell.Dispose();
    }

    [Fact]
    public void A_node_lives_through_its_states_and_keeps_its_data()
    {
        var created = _shell.Run("New-KvCluster solo -Count 1 -Path $a", _folder).WithoutErrors().Single<KvNode>();
        Assert.Equal(("solo-n1", KvNodeState.Stopped, null), (created.Name, created.State, created.Pid));
        Assert.Equal("--name", created.Arguments[0]);

        Assert.Empty(_shell.Run("Get-KvNode solo-n1 | Start-KvNode -NodePath $a", TestPaths.NodeProgram).WithoutErrors().Output);
        var running = _shell.Run("Get-KvNode solo-n1").WithoutErrors().Single<KvNode>();
        Assert.Equal(KvNodeState.Running, running.State);
        Assert.NotNull(running.Pid);
        _shell.Run("$null = Connect-KvCluster; Set-KvKey kept yes").WithoutErrors();
        Assert.Equal(running.Pid, _shell.Run("Start-KvNode solo-n1 -NodePath $a -PassThru", TestPaths.NodeProgram).WithoutErrors().Single<KvNode>().Pid);

        using (var process = System.Diagnostics.Process.GetProcessById(running.Pid.Value))
        {
            process.Kill();
        }

        Assert.True(Until.Holds(() => State("solo-n1") == KvNodeState.Crashed), "the crash was not seen");
        _shell.Run("Start-KvNode solo-n1 -NodePath $a", TestPaths.NodeProgram).WithoutErrors();
        Assert.Equal("yes", _shell.Run("(Get-KvKey kept).Value").WithoutErrors().Single<string>());

        Assert.Equal(KvNodeState.Stopped, _shell.Run("Stop-KvNode solo-* -PassThru").WithoutErrors().Single<KvNode>().State);
        Assert.Empty(_shell.Run("Stop-KvNode solo-n1").WithoutErrors().Output);
    }

    [Fact]
    public void Another_session_finds_the_nodes_again()
    {
        _shell.Run("$null = New-KvCluster -Count 1 -Name kept", _folder).WithoutErrors();
        using var later = new Shell();
        Assert.Equal("kept-n1", later.Run("Get-KvNode kept*").WithoutErrors().Single<KvNode>().Name);
        Assert.Equal(["kept-n1"], Complete(later, "Start-KvNode kept"));
        Assert.Equal(KvErrorId.NodeNotFound, later.Run("Get-KvNode nothing").ErrorId);
        Assert.Equal(KvErrorId.NodeNotFound, later.Run("Start-KvNode nothing").ErrorId);
        Assert.Empty(later.Run("Stop-KvNode nothing*").WithoutErrors().Output);
    }

    [Fact]
    public void A_folder_in_use_is_left_alone()
    {
        _shell.Run("New-KvCluster -Path $a", _folder).WithoutErrors();
        Assert.Equal(KvErrorId.ClusterExists, _shell.Run("New-KvCluster -Path $a", _folder).ErrorId);
        Assert.Equal(KvErrorId.ClusterExists, _shell.Run("New-KvCluster -HostName a, b, c -Path $a", _folder).ErrorId);
    }

    [Fact]
    public void Ports_and_names_are_all_different_and_an_even_number_is_remarked()
    {
        var result = _shell.Run("New-KvCluster -Count 4 -Path $a", _folder).WithoutErrors();
        var nodes = result.As<KvNode>();
        Assert.Equal(8, nodes.SelectMany(static n => new[] { n.ClientUrl, n.PeerUrl }).Distinct().Count());
        Assert.Equal(4, nodes.Select(static n => n.Name).Distinct().Count());
        Assert.Single(result.Warnings);
        Assert.Contains("--initial-cluster-state", nodes[0].Arguments);
    }

    [Fact]
    public void A_program_that_ends_is_reported_with_what_it_said()
    {
        var program = FakeProgram.Create("echo the disk is on fire >&2; exit 1");
        var result = _shell.Run("New-KvCluster -Count 1 -Path $a | Start-KvNode -NodePath $b", _folder, program);
        Assert.Equal(KvErrorId.NodeExited, result.ErrorId);
        Assert.Contains("the disk is on fire", result.Errors[0].ToString());
        Assert.Contains("the disk is on fire", ((KvNodeException)result.Errors[0].Exception).LogTail);
        Assert.Equal(KvNodeState.Crashed, State("local-n1"));
        _shell.Run("Stop-KvNode local-n1 -Path $a", _folder).WithoutErrors();
        Assert.Equal(KvNodeState.Stopped, State("local-n1"));
    }

    [Fact]
    public void A_program_that_is_never_ready_is_reported_and_left_running()
    {
        var program = FakeProgram.Create("echo still thinking; exec sleep 60");
        var result = _shell.Run("New-KvCluster -Count 1 -Path $a | Start-KvNode -NodePath $b -TimeoutSec 1", _folder, program);
        Assert.Equal(KvErrorId.NodeNotReady, result.ErrorId);
        Assert.Contains("still thinking", result.Errors[0].ToString());
        Assert.Equal(KvNodeState.Running, State("local-n1"));
    }

    [Fact]
    public void A_program_that_ignores_the_request_to_stop_is_killed()
    {
        var program = FakeProgram.Create("trap '' TERM; echo ready to serve client requests; while true; do sleep 1; done");
        _shell.Run("New-KvCluster -Count 1 -Path $a | Start-KvNode -NodePath $b", _folder, program).WithoutErrors();
        var result = _shell.Run("Get-KvNode -Path $a | Stop-KvNode -TimeoutSec 1 -PassThru", _folder).WithoutErrors();
        Assert.Contains("killed", Assert.Single(result.Warnings));
        Assert.Equal(KvNodeState.Stopped, result.Single<KvNode>().State);
    }

    [Fact]
    public void A_program_that_is_not_there_is_named()
    {
        var result = _shell.Run("New-KvCluster -Count 1 -Path $a | Start-KvNode -NodePath /no/such/kvnode", _folder);
        Assert.Equal(KvErrorId.NodeProgramNotFound, result.ErrorId);
        Assert.Contains("/no/such/kvnode", result.Errors[0].ToString());
    }

    [Fact]
    public void Arguments_with_odd_characters_reach_the_program()
    {
        var program = FakeProgram.Create("for a in \"$@\"; do printf '[%s]\\n' \"$a\"; done; echo ready to serve client requests; exec sleep 60");
        string[] odd = ["a b", "c\"d", "e'f", "$HOME", "back\\slash\\", string.Empty];
        _shell.Run("New-KvCluster -Count 1 -Path $a | Start-KvNode -NodePath $b -ArgumentList $c", Path.Combine(_folder, "with space"), program, odd).WithoutErrors();
        var lines = File.ReadAllLines(Path.Combine(_folder, "with space", "local-n1.log"));
        Assert.Equal(odd.Select(static o => $"[{o}]"), lines.SkipLast(1).TakeLast(odd.Length));
        _shell.Run("Get-KvNode -Path $a | Stop-KvNode -Force", Path.Combine(_folder, "with space")).WithoutErrors();
    }

    [Fact]
    public void A_damaged_cluster_file_is_named()
    {
        _shell.Run("New-KvCluster -Count 1 -Path $a", _folder).WithoutErrors();
        var file = Path.Combine(_folder, "cluster.json");
        File.WriteAllText(file, "{");
        var result = _shell.Run("Get-KvNode -Path $a", _folder);
        Assert.Equal(KvErrorId.ClusterFileInvalid, result.ErrorId);
        Assert.Contains(file, result.Errors[0].ToString());
        File.Delete(file);
    }

    [Fact]
    public void A_plan_for_hosts_is_written_for_services_and_shells()
    {
        var plans = _shell.Run("New-KvCluster prod -HostName alpha, beta, 10.0.0.3 -Path $a", _folder).WithoutErrors().As<KvNodePlan>();
        Assert.Equal(["alpha", "beta", "10.0.0.3"], plans.Select(static p => p.Name));
        var members = "alpha=http://alpha:2380,beta=http://beta:2380,10.0.0.3=http://10.0.0.3:2380";
        Assert.Contains($"ETCD_INITIAL_CLUSTER={members}", File.ReadAllLines(plans[1].EnvironmentFile));
        Assert.Contains("ETCD_LISTEN_CLIENT_URLS=http://0.0.0.0:2379", File.ReadAllLines(plans[1].EnvironmentFile));
        Assert.Contains("--initial-advertise-peer-urls 'http://beta:2380'", File.ReadAllText(plans[1].PowerShellScript));

        // The start script runs the program with exactly the arguments of the plan.
        using var shell = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(plans[1].ShellScript, ["--extra"])
        {
            RedirectStandardOutput = true,
            Environment = { ["KVNODE"] = "echo" },
        })!;
        Assert.Equal(string.Join(' ', [.. plans[1].Arguments, "--extra"]), shell.StandardOutput.ReadToEnd().Trim());
        shell.WaitForExit();
    }

    private static List<string> Complete(Shell shell, string line) => [.. shell
        .Run("[System.Management.Automation.CommandCompletion]::CompleteInput($a, $a.Length, $null).CompletionMatches", line)
        .WithoutErrors().As<System.Management.Automation.CompletionResult>().Select(static m => m.CompletionText)];

    private KvNodeState State(string name) => _shell.Run("Get-KvNode $a", name).WithoutErrors().Single<KvNode>().State;
}
