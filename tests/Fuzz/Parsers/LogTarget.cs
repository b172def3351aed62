using System.Buffers.Binary;
using Damage;
using Kv.Core.Raft;
using Kv.Node.Wal;
using Microsoft.FSharp.Core;
using RecordCodec = Kv.Node.Wal.RecordCodec;

namespace Fuzz.Parsers;

/// <summary>A segment of the log: what is recovered from it can be gone on from, and is the same the next time.</summary>
internal sealed class LogTarget() : Target("log")
{
    private const string Directory = "/wal";

    private static readonly WalOptions Options = new() { SegmentBytes = 2_048, PrepareAhead = false };

    public override int LengthMax => 4_096;

    public override int QuickInputs => 2_000;

    public override IEnumerable<byte[]> Corpus()
    {
        var disk = new MemoryDisk();
        var mark = new SnapshotMark(2, 1, new Configuration([1, 2], [1], [3], [], true));
        using (var log = WriteAheadLog.Create(disk, Directory, new WalIdentity(Samples.ClusterId, Samples.MemberId), Options))
        {
            yield return Bytes(disk);
            log.Append(Batch(new HardState(1, 2, 1), null, Entries(1, 1, 4)));
            log.Flush(sync: true);
            yield return Bytes(disk);
            log.AppendSnapshotMark(mark);
            log.Append(Batch(new HardState(2, 1, 2), null, Entries(3, 2, 3)));
            log.Flush(sync: true);
            log.Append(Batch(null, new SnapshotMark(20, 3, mark.Configuration), Entries(21, 3, 2)));
            log.Flush(sync: false);
        }

        yield return Bytes(disk);
    }

    public override byte[] Repair(byte[] input)
    {
        if (input.Length < WalFormat.HeaderBytes)
        {
            return input;
        }

        byte[] repaired = [.. input];
        var seed = Crc32C.Append(0, repaired.AsSpan(0, WalFormat.HeaderBytes - 4));
        BinaryPrimitives.WriteUInt32LittleEndian(repaired.AsSpan(WalFormat.HeaderBytes - 4), seed);
        var previous = seed;
        for (var at = WalFormat.HeaderBytes; repaired.Length - at >= WalFormat.RecordHeaderBytes && repaired[at + 12] != 0;)
        {
            var payload = BinaryPrimitives.ReadUInt32LittleEndian(repaired.AsSpan(at + 4));
            if (payload > repaired.Length || WalFormat.RecordBytes((int)payload) > repaired.Length - at)
            {
                break;
            }

            var size = WalFormat.RecordBytes((int)payload);
            previous = RecordCodec.Seal(repaired.AsSpan(at, size), seed, at, previous);
            at += size;
        }

        return repaired;
    }

    public override Answer Run(byte[] input)
    {
        var disk = new MemoryDisk();
        disk.Put(PathOf(input), input);
        string first;
        try
        {
            first = Recover(disk, out var log);
            using (log)
            {
                log.Append(Batch(null, null, Entries(log.LastIndex + 1, 9, 1)));
                log.Flush(sync: true);
            }
        }
        catch (CorruptLogException refusal)
        {
            return Answer.Refused(refusal.Message);
        }

        var second = Recover(disk, out var again);
        again.Dispose();
        OracleException.Require(second.StartsWith(first, StringComparison.Ordinal), $"recovered {first}, and then {second}");
        return Answer.Accepted($"{first.Length / 8}");
    }

    private static string PathOf(byte[] input) => Path.Combine(Directory, input.Length < WalFormat.HeaderBytes
        ? WalFormat.SegmentName(1, 1)
        : WalFormat.SegmentName(
            BinaryPrimitives.ReadUInt64LittleEndian(input.AsSpan(32)), BinaryPrimitives.ReadUInt64LittleEndian(input.AsSpan(40))));

    /// <summary>Recovers; what was, as text: marks, then entries.</summary>
    private static string Recover(MemoryDisk disk, out WriteAheadLog log)
    {
        var recovered = WriteAheadLog.Recover(disk, Directory, out log, Options);
        OracleException.Require(recovered.HardState.Commit <= recovered.LastIndex, "a commit index beyond the end");
        var floor = recovered.Marks.LastOrDefault(recovered.Covers) ?? new SnapshotMark(0, 0, Configuration.OfVoters([1]));
        var entries = recovered.Covers(floor) ? recovered.EntriesAfter(floor) : [];
        return string.Concat(entries.Select(entry => $"{entry.Index}.{entry.Term}.{entry.Kind}.{Convert.ToHexString(entry.Data.Span)};"));
    }

    private static byte[] Bytes(MemoryDisk disk) => disk[disk.Paths.Single()].Content();

    private static Entry[] Entries(ulong first, ulong term, int count) =>
        [.. Enumerable.Range(0, count).Select(i => new Entry(first + (ulong)i, term, EntryKind.Normal, new byte[20 + i]))];

    private static PersistBatch Batch(HardState? hard, SnapshotMark? mark, Entry[] entries) => new(
        1, hard is { } state ? FSharpValueOption<HardState>.NewValueSome(state) : FSharpValueOption<HardState>.None, entries, mark, true, []);
}
