// Whole states between two members, beside the stream of messages.
using System.Security.Cryptography;
using Kv.Core.Raft;
using Kv.Node.Peers;
using Kv.Node.Ports;
using Xunit;

namespace Kv.Node.Tests.Peers;

public sealed class SnapshotTransferTests
{
    [Fact]
    public async Task A_snapshot_arrives_whole_while_messages_pass_it_by()
    {
        var content = RandomNumberGenerator.GetBytes(3_000_000);
        var half = content.Length / 2;
        await using var a = new TestMember(1);
        await using var b = await TestMember.StartAsync(2);
        using var received = new MemoryStream();
        b.Handler.OnSnapshot = async (_, frames, token) =>
        {
            await frames.CopyToAsync(received, token);
            return true;
        };
        a.WriteSnapshot = async (stream, token) =>
        {
            await stream.WriteAsync(content.AsMemory(0, half), token);
            await stream.FlushAsync(token);
            a.Transport.Send(a.MessageTo(2, 7));
            Assert.Equal(7UL, TestMember.NumberOf(await b.Handler.NextMessageAsync()));
            await stream.WriteAsync(content.AsMemory(half), token);
            Assert.Equal((1, 1), (a.Metrics.ForPeer("1", "2").SnapshotsInFlight.Value, b.Metrics.ForPeer("2", "1").SnapshotsArriving.Value));
        };
        a.Transport.SetPeers([b.Address]);

        var isInstalled = await a.Transport.SendSnapshotAsync(InstallSnapshot(1, 2), null!, CancellationToken.None);

        Assert.True(isInstalled);
        Assert.Equal(content, received.ToArray());
        var (sent, got) = (a.Metrics.ForPeer("1", "2"), b.Metrics.ForPeer("2", "1"));
        Assert.Equal((0, 1), (sent.SnapshotsInFlight.Value, sent.SnapshotSendDuration.Count));
        await Eventually.TrueAsync(() => got.SnapshotsArriving.Value == 0, "the receiver is done");
        Assert.Equal(1, got.SnapshotReceiveDuration.Count);
        var message = Assert.Single(b.Handler.Snapshots);
        Assert.Equal(42UL, ((MessageBody.InstallSnapshot)message.Body).Mark.Index);
    }

    [Fact]
    public async Task A_snapshot_the_peer_cannot_use_is_reported_as_failed_even_while_it_is_sent()
    {
        await using var a = new TestMember(1);
        await using var b = await TestMember.StartAsync(2);
        b.Handler.OnSnapshot = (_, _, _) => Task.FromResult(false);
        a.WriteSnapshot = async (stream, token) =>
        {
            while (true)
            {
                await stream.WriteAsync(new byte[100_000], token);
            }
        };
        a.Transport.SetPeers([b.Address]);

        Assert.False(await a.Transport.SendSnapshotAsync(InstallSnapshot(1, 2), null!, CancellationToken.None));
        Assert.Single(b.Handler.Snapshots);
    }

    [Fact]
    public async Task A_snapshot_to_nobody_fails()
    {
        await using var a = new TestMember(1);
        a.Transport.SetPeers([new PeerAddress(2, [TestMember.DeadUrl()])]);

        Assert.False(await a.Transport.SendSnapshotAsync(InstallSnapshot(1, 2), null!, CancellationToken.None));
        Assert.False(await a.Transport.SendSnapshotAsync(InstallSnapshot(1, 3), null!, CancellationToken.None));
    }

    [Fact]
    public async Task A_sender_that_breaks_off_makes_the_receiver_fail()
    {
        var failed = new TaskCompletionSource<Exception>();
        await using var a = new TestMember(1);
        await using var b = await TestMember.StartAsync(2);
        b.Handler.OnSnapshot = async (_, frames, token) =>
        {
            var problem = await Record.ExceptionAsync(() => frames.CopyToAsync(Stream.Null, token));
            failed.SetResult(problem!);
            throw problem!;
        };
        using var giveUp = new CancellationTokenSource();
        a.WriteSnapshot = async (stream, token) =>
        {
            await stream.WriteAsync(new byte[100_000], token);
            await stream.FlushAsync(token);
            await Eventually.TrueAsync(() => !b.Handler.Snapshots.IsEmpty, "the snapshot is being received");
            await giveUp.CancelAsync();
            token.ThrowIfCancellationRequested();
        };
        a.Transport.SetPeers([b.Address]);

        Assert.False(await a.Transport.SendSnapshotAsync(InstallSnapshot(1, 2), null!, giveUp.Token));

        var problem = await failed.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.True(problem is IOException or OperationCanceledException, problem.ToString());
    }

    [Fact]
    public async Task A_snapshot_without_progress_is_given_up_by_its_receiver()
    {
        using var giveUp = new CancellationTokenSource();
        var failed = new TaskCompletionSource<Exception>();
        await using var a = new TestMember(1);
        await using var b = await TestMember.StartAsync(2, Impatient);
        b.Handler.OnSnapshot = async (_, frames, token) =>
        {
            var problem = await Record.ExceptionAsync(() => frames.CopyToAsync(Stream.Null, token));
            failed.SetResult(problem!);
            throw problem!;
        };
        a.WriteSnapshot = StallAfterTenBytesAsync;
        a.Transport.SetPeers([b.Address]);

        var sending = a.Transport.SendSnapshotAsync(InstallSnapshot(1, 2), null!, giveUp.Token);

        Assert.IsAssignableFrom<OperationCanceledException>(await failed.Task.WaitAsync(TimeSpan.FromSeconds(20)));
        await giveUp.CancelAsync();
        Assert.False(await sending);
    }

    [Fact]
    public async Task A_snapshot_without_progress_is_given_up_by_its_sender()
    {
        await using var a = new TestMember(1, Impatient);
        await using var b = await TestMember.StartAsync(2);
        a.WriteSnapshot = StallAfterTenBytesAsync;
        a.Transport.SetPeers([b.Address]);

        Assert.False(await a.Transport.SendSnapshotAsync(InstallSnapshot(1, 2), null!, CancellationToken.None)
            .WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task A_snapshot_of_another_cluster_is_refused_before_it_is_sent()
    {
        var wasAsked = false;
        await using var a = new TestMember(1, o => o with { ClusterId = 0xbad });
        await using var b = await TestMember.StartAsync(2);
        a.WriteSnapshot = (_, _) =>
        {
            wasAsked = true;
            return Task.CompletedTask;
        };
        a.Transport.SetPeers([b.Address]);

        Assert.False(await a.Transport.SendSnapshotAsync(InstallSnapshot(1, 2), null!, CancellationToken.None));
        Assert.False(wasAsked);
        Assert.Empty(b.Handler.Snapshots);
    }

    private static PeerOptions Impatient(PeerOptions options) =>
        options with { SnapshotStallTimeout = TimeSpan.FromMilliseconds(100) };

    private static async Task StallAfterTenBytesAsync(Stream stream, CancellationToken token)
    {
        await stream.WriteAsync(new byte[10], token);
        await stream.FlushAsync(token);
        await Task.Delay(Timeout.Infinite, token);
    }

    private static Message InstallSnapshot(ulong from, ulong to) => new(
        from, to, 3, MessageBody.NewInstallSnapshot(new SnapshotMark(42, 3, Configuration.OfVoters([1, 2]))));
}
