// scripts/run-node.sh, with echo standing in for the node.
using Compat.Harness;
using Xunit;

namespace Compat;

/// <summary>The script that runs a node.</summary>
public sealed class RunNodeTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("kv-run-node-").FullName;

    public RunNodeTests()
    {
        foreach (var folder in new[] { "scripts", "artifacts/kvnode" })
        {
            Directory.CreateDirectory(Path.Combine(_root, folder));
        }

        File.Copy(Path.Combine(Tools.Scripts, "run-node.sh"), Path.Combine(_root, "scripts/run-node.sh"));
        File.CreateSymbolicLink(Path.Combine(_root, "artifacts/kvnode/kvnode"), "/bin/echo");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Without_flags_the_v2_api_is_on() => Assert.Equal("--enable-v2\n", await RunAsync());

    [Fact]
    public async Task Flags_are_passed_on_as_they_are() =>
        Assert.Equal("--name a --data-dir b\n", await RunAsync("--name", "a", "--data-dir", "b"));

    private async Task<string> RunAsync(params string[] flags)
    {
        var script = Path.Combine(_root, "scripts/run-node.sh");
        var result = await Programs.RunAsync("/bin/bash", new Dictionary<string, string>(), [script, .. flags]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        return result.Output;
    }
}
