// What the tests of snapshots share: states of a chosen size, and a log that covers what is asked.
using System.Text;
using Kv.Core.Apply;
using Kv.Core.Mvcc;
using Kv.Core.Raft;
using Kv.Node.Ports;
using Kv.Node.Snapshots;
using Kv.Node.Tests.Wal;
using Kv.Node.Wal;

namespace Kv.Node.Tests.Snapshots;

internal static class SnapshotFixture
{
    public const string SnapDirectory = "/data/snap";

    public const ulong ClusterId = 0xC1;

    /// <summary>A state after this many puts of values of this size, all in term 1.</summary>
    public static StoreState State(int puts, int valueBytes = 40, ulong clusterId = ClusterId)
    {
        var state = StoreState.Create(clusterId, [new Member(1, "one", ["http://one:1"], [], false)]);
        return puts == 0 ? state : StoreMachine.Apply(state, Puts(puts, valueBytes), []);
    }

    public static Entry[] Puts(int count, int valueBytes = 40)
    {
        var entries = new Entry[count];
        for (var i = 0; i < count; i++)
        {
            var value = new byte[valueBytes];
            new Random(i).NextBytes(value);
            var put = Command.NewPut(new PutRequest(Encoding.ASCII.GetBytes($"key/{i:d6}"), value, 0));
            entries[i] = new Entry((ulong)i + 1, 1, EntryKind.Normal, CommandCodec.Encode(0, put));
        }

        return entries;
    }

    public static SnapshotStore Store(IDisk disk) => new(disk, SnapDirectory, ClusterId);

    public static string PathOf(ulong index, ulong term = 1) => $"{SnapDirectory}/{term:x16}-{index:x16}.snap";

    /// <summary>A log with these entries; released up to an index that has a mark, if one is given.</summary>
    public static RecoveredLog Log(FaultDisk disk, Entry[] entries, ulong released = 0)
    {
        using (var log = WalFixture.Create(disk))
        {
            log.Append(WalFixture.Batch(entries));
            if (released > 0)
            {
                log.AppendSnapshotMark(WalFixture.Mark(released));
                log.Release(released);
            }

            log.Flush(sync: true);
        }

        return WalFixture.Recover(disk);
    }
}
