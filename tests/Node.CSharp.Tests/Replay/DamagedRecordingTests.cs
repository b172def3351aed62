// Recordings that were cut, damaged or changed: what ends in the middle ends there, damage is named, and a change that
// the checksums do not show is a divergence at its step.
using Kv.Core.Raft;
using Kv.Node.Recording;
using Kv.Node.Replay;
using Kv.Node.Tests.Recording;
using Xunit;

namespace Kv.Node.Tests.Replay;

public sealed class DamagedRecordingTests : IDisposable
{
    private readonly RecordedMember _member = new();

    public DamagedRecordingTests()
    {
        // Several blocks.
        for (var i = 0; i < 5; i++)
        {
            _member.Work(4);
            _member.Write();
        }
    }

    private string Segment => Assert.Single(_member.Segments);

    public void Dispose() => _member.Dispose();

    [Fact]
    public void A_recording_cut_anywhere_ends_there_without_a_word()
    {
        var whole = _member.Replay().OfType<ReplayedStep>().Count();
        var known = whole;
        for (var length = _member.Disk.Content(Segment).Length; length-- > 0;)
        {
            _member.Disk.Resize(Segment, length);
            var replay = _member.Replay();
            Assert.DoesNotContain(replay, item => item is ReplayedDamage or ReplayedDivergence);
            var steps = replay.OfType<ReplayedStep>().Count();
            Assert.InRange(steps, 0, known);
            known = steps;
        }

        Assert.Equal(0, known);
    }

    [Fact]
    public void Zeros_at_the_end_were_never_written()
    {
        var length = _member.Disk.Content(Segment).Length;
        _member.Disk.Resize(Segment, length - 10);
        _member.Disk.Resize(Segment, length + 4_096);

        Assert.DoesNotContain(_member.Replay(), item => item is ReplayedDamage or ReplayedDivergence);
    }

    [Fact]
    public void Damage_is_named_with_its_place_and_costs_the_rest_of_the_segment()
    {
        var step = _member.Replay().OfType<ReplayedStep>().ElementAt(20);
        _member.Disk.Flip(Segment, step.Place.Offset + 2, 0x10);
        using var next = new RecordedMember(disk: _member.Disk);
        next.Work(2);
        next.Write();

        var replay = next.Replay();

        var damage = Assert.Single(replay.OfType<ReplayedDamage>());
        Assert.Equal("0000000000000001.rec", damage.Place.File);
        Assert.InRange(damage.Place.Offset, 1, step.Place.Offset);
        Assert.InRange(replay.TakeWhile(item => item != damage).OfType<ReplayedStep>().Count(), 1, 20);
        Assert.Equal(next.Steps, replay.SkipWhile(item => item != damage).OfType<ReplayedStep>().Count());
    }

    [Fact]
    public void Something_else_in_place_of_a_segment_is_named()
    {
        _member.Disk.Flip(Segment, 3, 1);

        var damage = Assert.IsType<ReplayedDamage>(Assert.Single(_member.Replay()));
        Assert.Equal("0000000000000001.rec at offset 0", damage.Place.ToString());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(17)]
    [InlineData(40)]
    public void A_changed_fingerprint_is_a_divergence_at_its_step(int index)
    {
        var step = _member.Replay().OfType<ReplayedStep>().ElementAt(index);
        Change(RecordingBytes.FingerprintAt(_member.Disk.Content(Segment), step.Place.Offset));

        var replay = _member.Replay();

        var divergence = Assert.IsType<ReplayedDivergence>(replay[^1]);
        Assert.Equal((step.Number, step.Place), (divergence.Number, divergence.Place));
        Assert.Equal(index, replay.OfType<ReplayedStep>().Count());
        Assert.Matches("^the node came to [0-9a-f]{8}, the replay to [0-9a-f]{8}, after: ", divergence.Text);
        Assert.Contains("recorded by kvnode ", divergence.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_input_is_a_divergence_at_its_step()
    {
        // The last byte of a write that became durable: which one.
        var step = _member.Replay().OfType<ReplayedStep>().Last(step => step.Input.IsPersisted);
        Change(RecordingBytes.LastAt(_member.Disk.Content(Segment), step.Place.Offset));

        var divergence = Assert.IsType<ReplayedDivergence>(_member.Replay()[^1]);

        Assert.Equal((step.Number, step.Place), (divergence.Number, divergence.Place));
    }

    [Fact]
    public void A_changed_state_is_a_divergence_at_its_checkpoint()
    {
        using var member = new RecordedMember(bytesMax: RecordingFiles.BytesMin);
        while (member.Segments.Length < 2)
        {
            member.Work(100);
            member.Write();
        }

        var segment = member.Segments[1];
        var checkpoint = new RecordingReader(member.Disk, RecordedMember.Directory).Read().OfType<RecordedCheckpoint>().Last();
        // The last byte of the state is that of the leadership: whom it is handed to.
        Change(member, segment, RecordingBytes.LastAt(member.Disk.Content(segment), checkpoint.Place.Offset));

        var divergence = Assert.IsType<ReplayedDivergence>(member.Replay()[^1]);

        Assert.Equal(checkpoint.Place, divergence.Place);
        Assert.Contains("transfer to 1", divergence.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_is_changed_is_told_in_some_way_and_breaks_nothing()
    {
        var whole = _member.Disk.Content(Segment);
        var random = new Random(7);
        for (var round = 0; round < 3_000; round++)
        {
            var bytes = whole.ToArray();
            var at = random.Next(RecordingFormat.Magic.Length, bytes.Length);
            bytes[at] = (byte)random.Next(256);
            if (round % 3 > 0 && !TryReseal(bytes))
            {
                continue;
            }

            using (var file = _member.Disk.Open(Segment))
            {
                file.Write(bytes, 0);
            }

            _ = _member.Tell().Sum(line => line.Text.Length);
        }
    }

    /// <summary>False if the change was one of a block's length.</summary>
    private static bool TryReseal(byte[] bytes)
    {
        try
        {
            RecordingBytes.Reseal(bytes);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private void Change(long offset) => Change(_member, Segment, offset);

    private static void Change(RecordedMember member, string segment, long offset)
    {
        var bytes = member.Disk.Content(segment);
        bytes[offset] ^= 1;
        RecordingBytes.Reseal(bytes);
        using var file = member.Disk.Open(segment);
        file.Write(bytes, 0);
    }
}
