// Random crashes: whatever is lost, torn or reordered of what was not synced, the recovered log is a
// prefix of what was appended, and holds all that was synced. Seeds are fixed; a failure names its own.
using Kv.Core.Raft;
using Kv.Node.Wal;
using Xunit;
using static Kv.Node.Tests.Wal.WalFixture;

namespace Kv.Node.Tests.Wal;

public sealed class CrashTests
{
    private const int CrashesPerSeed = 4;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 250)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void NothingSyncedIsLostAndNothingIsInvented(int seed)
    {
        var random = new Random(seed);
        var disk = new FaultDisk();
        var model = new LogModel();
        for (var round = 0; round < CrashesPerSeed; round++)
        {
            WriteAheadLog? log = null;
            try
            {
                if (WriteAheadLog.Exists(disk, WalDirectory))
                {
                    model.Accept(Recover(disk, out log), seed);
                }
                else
                {
                    Assert.Equal(0, model.SyncedCount);
                    log = Create(disk);
                }

                disk.OperationsUntilCrash = random.Next(60);
                Work(log, model, random);
            }
            catch (CrashException)
            {
                // The process is gone; the log object is never touched again.
            }

            var kind = (CrashKind)random.Next(3);
            disk = disk.Crash(kind, random);
        }

        if (WriteAheadLog.Exists(disk, WalDirectory))
        {
            model.Accept(Recover(disk), seed);
        }
    }

    private static void Work(WriteAheadLog log, LogModel model, Random random)
    {
        for (var i = 0; i < 200; i++)
        {
            switch (random.Next(12))
            {
                case < 6:
                    Append(log, model, random);
                    break;
                case < 8:
                    log.Flush(sync: false);
                    break;
                case < 10:
                    log.Flush(sync: true);
                    model.SyncAll();
                    break;
                case 10:
                    TakeSnapshot(log, model, random);
                    break;
                default:
                    InstallSnapshot(log, model, random);
                    break;
            }
        }
    }

    private static void Append(WriteAheadLog log, LogModel model, Random random)
    {
        var now = model.Now;
        var term = now.Term + (random.Next(4) == 0 ? 1UL : 0);
        var first = now.Last + 1;
        if (term > now.Term && random.Next(2) == 0)
        {
            first = (ulong)random.NextInt64((long)Math.Max(now.Commit, now.Base) + 1, (long)now.Last + 2);
        }

        var entries = Entries(first, random.Next(6), term, random.Next(600));
        var last = entries.Length == 0 ? now.Last : entries[^1].Index;
        var commit = (ulong)random.NextInt64((long)now.Commit, (long)Math.Min(last, Math.Max(now.Commit, first - 1)) + 1);
        var state = new HardState(term, (ulong)random.Next(3), commit);
        model.SetHardState(state);
        foreach (var entry in entries)
        {
            model.AddEntry(entry);
        }

        log.Append(Batch(state, entries));
    }

    /// <summary>A snapshot of something committed; the log before it is released, as the host does.</summary>
    private static void TakeSnapshot(WriteAheadLog log, LogModel model, Random random)
    {
        var now = model.Now;
        if (now.Commit <= model.Floor)
        {
            return;
        }

        log.Flush(sync: true);
        model.SyncAll();
        var index = (ulong)random.NextInt64((long)model.Floor + 1, (long)now.Commit + 1);
        var mark = Mark(index, now.TermOf(index));
        model.AddMark(mark);
        log.AppendSnapshotMark(mark);
        if (random.Next(2) == 0)
        {
            // From here on only what is behind the mark is asked for.
            model.Release(mark);
            log.Release(index);
        }
    }

    private static void InstallSnapshot(WriteAheadLog log, LogModel model, Random random)
    {
        if (random.Next(4) != 0)
        {
            return;
        }

        var now = model.Now;
        var mark = Mark(now.Last + (ulong)random.Next(1, 50), now.Term + 1);
        var state = new HardState(mark.Term, 0, mark.Index);
        model.SetHardState(state);
        model.Install(mark);
        log.Append(new PersistBatch(
            1, Microsoft.FSharp.Core.FSharpValueOption<HardState>.NewValueSome(state), [], mark, true, []));
    }
}
