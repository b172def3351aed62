using Kv.Core.Apply;
using Kv.Core.Raft;
using Kv.Node.Engine;
using Kv.Node.Options;
using Kv.Node.Ports;
using Kv.Node.Tests.Peers;
using Kv.Node.Tests.Snapshots;
using Kv.Node.Tls;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.FSharp.Core;
using Xunit;

namespace Kv.Node.Tests.Engine;

/// <summary>What --force-new-cluster makes of a directory.</summary>
public sealed class ForcedClusterTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("kv-forced-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(10)]
    public async Task Writes_the_survivor_does_not_know_to_be_committed_are_kept(int known)
    {
        var puts = SnapshotFixture.Puts(10, 8);
        var options = Options(force: false);
        using (var whole = await OpenAsync(options))
        {
            whole.Log.Append(new PersistBatch(
                0, FSharpValueOption<HardState>.NewValueSome(new(1, 0, (ulong)known)), puts, null, true, []));
            whole.Log.Flush(true);
        }

        using var forced = await OpenAsync(options with { ForceNewCluster = true });

        Assert.Equal(12UL, forced.HardState.Commit);
        var state = StoreMachine.Apply(forced.State, forced.Entries, []);
        Assert.Equal(11, state.Revision);
        Assert.Equal(forced.Identity.MemberId, Assert.Single(state.Members).Id);
    }

    private NodeOptions Options(bool force) => new()
    {
        Name = "n1",
        DataDir = _directory.FullName,
        InitialAdvertisePeerUrls = [new("http://127.0.0.1:1")],
        InitialCluster =
            [.. Enumerable.Range(1, 3).Select(i => new InitialMember($"n{i}", [new($"http://127.0.0.1:{i}")]))],
        ForceNewCluster = force,
    };

    private static Task<NodeStorage> OpenAsync(NodeOptions options) =>
        NodeStorage.OpenAsync(
            options, new NoClusters(), new PhysicalDisk(), HostPorts.OfProcess, NullLogger.Instance, CancellationToken.None);
}
