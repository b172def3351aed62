// A directory that lost its log is not taken for a new one, and one whose making was cut off is made anew,
// whatever the crash left of it.
using Kv.Node.Engine;
using Kv.Node.Hosting;
using Kv.Node.Options;
using Kv.Node.Ports;
using Kv.Node.Tests.Peers;
using Kv.Node.Tests.Wal;
using Kv.Node.Wal;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Kv.Node.Tests.Engine;

/// <summary>Logs that are gone.</summary>
public sealed class LostLogTests
{
    private static readonly NodeOptions Options = new()
    {
        Name = "n1",
        DataDir = "/data/kv",
        InitialAdvertisePeerUrls = [new("http://127.0.0.1:1")],
        InitialCluster = [new InitialMember("n1", [new("http://127.0.0.1:1")])],
    };

    [Fact]
    public async Task A_member_without_its_log_does_not_begin_anew()
    {
        var disk = new FaultDisk();
        await OpenAsync(disk);
        await OpenAsync(disk);
        foreach (var segment in disk.Paths().Where(path => path.EndsWith(".wal", StringComparison.Ordinal)))
        {
            disk.Delete(segment);
        }

        var problem = await Assert.ThrowsAsync<DataDirectoryException>(() => OpenAsync(disk));
        Assert.Contains("/data/kv has snapshots but no log in /data/kv/member/wal", problem.Message, StringComparison.Ordinal);
        Assert.Contains("--wal-dir", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_whose_making_was_cut_off_anywhere_is_made_anew()
    {
        var made = new FaultDisk { OperationsUntilCrash = int.MaxValue };
        await OpenAsync(made);
        var operations = int.MaxValue - made.OperationsUntilCrash;
        for (var crash = 0; crash < 3 * operations; crash++)
        {
            var disk = new FaultDisk { OperationsUntilCrash = crash % operations };
            await Assert.ThrowsAsync<CrashException>(() => OpenAsync(disk));
            var survivor = disk.Crash((CrashKind)(crash / operations), new Random(crash));
            await OpenAsync(survivor);
            await OpenAsync(survivor);
            Assert.DoesNotContain(survivor.Paths(), path => path.Contains("unfinished", StringComparison.Ordinal));
        }
    }

    private static async Task OpenAsync(IDisk disk)
    {
        var storage = await NodeStorage.OpenAsync(
            Options, new NoClusters(), disk, HostPorts.OfProcess, NullLogger.Instance, CancellationToken.None,
            new WalOptions { SegmentBytes = 4096, PrepareAhead = false });
        storage.Dispose();
    }
}
