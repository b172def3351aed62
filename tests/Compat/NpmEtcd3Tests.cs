// npm's etcd3 package, as a Node.js program would use it.
using System.Diagnostics;
using Compat.Harness;
using Xunit;

namespace Compat;

/// <summary>A foreign Node.js client.</summary>
public sealed class NpmEtcd3Tests(ReferencePair pair) : IClassFixture<ReferencePair>
{
    [Fact]
    public async Task A_program_does_the_same_as_with_etcd()
    {
        const string Parts = "keys\ntransactions\nwatches\nleases\nlocks\nelections\nserver\n";
        Assert.Equal((0, Parts, ""), await RunAsync(pair.EtcdUrl));
        Assert.Equal((0, Parts, ""), await RunAsync(pair.KvUrl));
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(string url)
    {
        var modules = Path.Combine(Path.GetDirectoryName(Tools.NpmProgram)!, "node_modules/etcd3");
        Assert.True(Directory.Exists(modules), "etcd3 is missing: run npm ci in tests/Compat/NpmEtcd3");
        var start = new ProcessStartInfo(Tools.NodeJs)
        {
            ArgumentList = { Tools.NpmProgram, url["http://".Length..] },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("node did not start");
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
        }

        return (process.ExitCode, await output, await error);
    }
}
