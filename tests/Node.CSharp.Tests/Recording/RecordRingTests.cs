// The ring between the Raft loop and the recorder's thread: whole records, in order, none lost but those refused.
using System.Buffers.Binary;
using Kv.Node.Recording;
using Xunit;

namespace Kv.Node.Tests.Recording;

public sealed class RecordRingTests
{
    [Fact]
    public void What_has_no_room_is_refused_and_the_rest_stays_whole()
    {
        var ring = new RecordRing(64);
        var target = new byte[64];
        Assert.True(ring.TryPut(Bytes(40, 1)));
        Assert.False(ring.TryPut(Bytes(30, 2)));
        Assert.True(ring.TryPut(Bytes(20, 3)));
        Assert.Equal(62, ring.Waiting);

        Assert.Equal(62, ring.Take(target));

        Assert.Equal([40, .. Bytes(40, 1), 20, .. Bytes(20, 3)], target[..62]);
        Assert.Equal(0, ring.Take(target));
    }

    [Fact]
    public void Records_go_around_the_end()
    {
        var ring = new RecordRing(64);
        var target = new byte[64];
        for (byte i = 1; i < 200; i++)
        {
            Assert.True(ring.TryPut(Bytes(i % 60, i)));
            Assert.Equal((i % 60) + 1, ring.Take(target));
            Assert.Equal([(byte)(i % 60), .. Bytes(i % 60, i)], target[..((i % 60) + 1)]);
        }
    }

    [Fact]
    public async Task One_puts_while_another_takes()
    {
        const uint count = 200_000;
        var ring = new RecordRing(4_096);
        var putting = Task.Run(() =>
        {
            var record = new byte[4 + 7];
            for (uint i = 0; i < count;)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(record, i);
                if (ring.TryPut(record.AsSpan(0, 4 + (int)(i % 8))))
                {
                    i++;
                }
            }
        });
        var target = new byte[4_096];
        for (uint next = 0; next < count;)
        {
            var taken = target.AsMemory(0, ring.Take(target));
            while (taken.Length > 0)
            {
                Assert.Equal(4 + (next % 8), taken.Span[0]);
                Assert.Equal(next, BinaryPrimitives.ReadUInt32LittleEndian(taken.Span[1..]));
                taken = taken[(1 + taken.Span[0])..];
                next++;
            }
        }

        await putting;
    }

    private static byte[] Bytes(int count, byte value)
    {
        var bytes = new byte[count];
        Array.Fill(bytes, value);
        return bytes;
    }
}
