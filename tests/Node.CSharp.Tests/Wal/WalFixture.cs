// What the tests of the log share: batches made short, and what a log holds as comparable text.
using System.Text;
using Kv.Core.Raft;
using Kv.Node.Ports;
using Kv.Node.Wal;
using Microsoft.FSharp.Core;

namespace Kv.Node.Tests.Wal;

internal static class WalFixture
{
    public const string WalDirectory = "/data/wal";

    public static readonly WalIdentity Identity = new(0xC1, 0xA1);

    public static readonly WalOptions SmallSegments = new() { SegmentBytes = 8 << 10, PrepareAhead = false };

    public static readonly SnapshotMark NoMark = new(0, 0, Configuration.OfVoters([1, 2, 3]));

    public static WriteAheadLog Create(IDisk disk, WalOptions? options = null) =>
        WriteAheadLog.Create(disk, WalDirectory, Identity, options ?? SmallSegments);

    public static RecoveredLog Recover(IDisk disk, out WriteAheadLog log, WalOptions? options = null) =>
        WriteAheadLog.Recover(disk, WalDirectory, out log, options ?? SmallSegments);

    /// <summary>Recovers and closes again.</summary>
    public static RecoveredLog Recover(IDisk disk)
    {
        var recovered = Recover(disk, out var log);
        log.Dispose();
        return recovered;
    }

    public static PersistBatch Batch(params Entry[] entries) =>
        new(1, FSharpValueOption<HardState>.None, entries, null, true, []);

    public static PersistBatch Batch(HardState state, params Entry[] entries) =>
        new(1, FSharpValueOption<HardState>.NewValueSome(state), entries, null, true, []);

    public static PersistBatch Reset(SnapshotMark mark, params Entry[] entries) =>
        new(1, FSharpValueOption<HardState>.None, entries, mark, true, []);

    public static Entry Entry(ulong index, ulong term = 1, string data = "") =>
        new(index, term, EntryKind.Normal, Encoding.UTF8.GetBytes(data.Length > 0 ? data : $"entry {index}.{term}"));

    public static Entry[] Entries(ulong first, int count, ulong term = 1, int dataBytes = 20)
    {
        var entries = new Entry[count];
        for (var i = 0; i < count; i++)
        {
            var data = new byte[dataBytes];
            new Random((int)first + i).NextBytes(data);
            entries[i] = new Entry(first + (ulong)i, term, EntryKind.Normal, data);
        }

        return entries;
    }

    public static SnapshotMark Mark(ulong index, ulong term = 1) => new(index, term, Configuration.OfVoters([1, 2, 3]));

    public static string Describe(Entry entry) =>
        $"{entry.Index}.{entry.Term}.{entry.Kind}.{Convert.ToHexString(entry.Data.Span)}";

    public static string[] Describe(IEnumerable<Entry> entries) => [.. entries.Select(Describe)];

    /// <summary>The newest segment.</summary>
    public static string LastSegment(FaultDisk disk) =>
        disk.Paths().Last(path => path.EndsWith(".wal", StringComparison.Ordinal));

    /// <summary>Start and end of every record of a segment.</summary>
    public static List<(RecordType Type, long Start, long End)> Records(FaultDisk disk, string path)
    {
        var bytes = disk.Content(path);
        var header = SegmentHeader.Read(bytes, out var seed, out _);
        var scanner = new SegmentScanner(bytes, path, seed, header!.Value);
        var records = new List<(RecordType, long, long)>();
        var start = scanner.Offset;
        while (scanner.TryNext(out var record))
        {
            records.Add((record.Type, start, record.End));
            start = record.End;
        }

        return records;
    }
}
