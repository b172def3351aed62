// Compares the members' data (etcd-facts N12): before a member serves, from time to time, and after
// compactions. All of them apply the same log, so a difference is damage: of memory, of a disk, or by a bug.
// The damaged member gets the alarm CORRUPT, and serves no data any more; the others go on.
using Kv.Core.Apply;
using Kv.Core.Raft;
using Kv.Node.Diagnostics;
using Kv.Node.Grpc;
using Kv.Node.Options;
using Kv.Node.Peers;
using Kv.Node.Ports;

namespace Kv.Node.Engine;

/// <summary>Finds damaged members.</summary>
internal sealed class CorruptionMonitor(NodeEngine engine, NodeOptions options, HostPorts host, ILogger logger)
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Comparisons at one compaction: a member that was restarted since does not have its hash any
    /// more, and will not have it later.</summary>
    private const int CompactionTriesMax = 3;

    private long _checkedCompaction;
    private (long Revision, int Count) _tries;
    private int _isChecking;

    /// <summary>True if this member has the alarm, and must not serve data.</summary>
    public static bool HasAlarm(StoreState state, ulong member)
    {
        foreach (var (alarmed, kind) in state.Alarms)
        {
            if (kind == AlarmKind.Corrupt && alarmed == member)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Begins a comparison at the present revision, if this member leads.</summary>
    public void CheckPresent() => Begin(async token =>
    {
        var state = await engine.ReadAsync(token);
        await CompareAsync(state.Revision, token);
    });

    /// <summary>Begins a comparison at the newest compaction, if this member leads and there was one.</summary>
    public void CheckCompaction()
    {
        var revision = engine.State.CompactRevision;
        if (revision > Volatile.Read(ref _checkedCompaction))
        {
            Begin(async token =>
            {
                _tries = _tries.Revision == revision ? (revision, _tries.Count + 1) : (revision, 1);
                if (await CompareAsync(revision, token) || _tries.Count >= CompactionTriesMax)
                {
                    Volatile.Write(ref _checkedCompaction, revision);
                }
            });
        }
    }

    /// <summary>Compares this member's data with that of the others, before it serves.</summary>
    /// <exception cref="CorruptMemberException">The majority has other data.</exception>
    public async Task RequireSoundAsync(CancellationToken token)
    {
        if (!options.InitialCorruptCheck || engine.IsFenced)
        {
            return;
        }

        var revision = engine.State.Revision;
        var hashes = await HashesAsync(revision, token);
        if (HashVote.Damaged(hashes, hashes.Count).Contains(engine.MemberId))
        {
            throw new CorruptMemberException(
                $"found data inconsistency with peers: at revision {revision} this member {engine.MemberId:x} has another hash than "
                + "the other members; remove it from the cluster, delete its data directory, and add it again");
        }
    }

    private void Begin(Func<CancellationToken, Task> check)
    {
        if (engine.Raft.Role != Role.Leader || Interlocked.Exchange(ref _isChecking, 1) != 0)
        {
            return;
        }

        _ = host.Threads.Run(async () =>
        {
            using var limit = new CancellationTokenSource(AnswerTimeout, host.Clock);
            try
            {
                await check(limit.Token);
            }
            catch (Exception problem) when (problem is EtcdException or OperationCanceledException)
            {
                // Compacted meanwhile, or no leader any more: the next time does.
            }
            catch (Exception bug)
            {
                engine.OnFault(bug);
            }
            finally
            {
                Volatile.Write(ref _isChecking, 0);
            }
        });
    }

    /// <returns>True if every member has answered.</returns>
    private async Task<bool> CompareAsync(long revision, CancellationToken token)
    {
        var hashes = await HashesAsync(revision, token);
        var members = engine.State.Members.Count;
        foreach (var damaged in HashVote.Damaged(hashes, members))
        {
            if (!HasAlarm(engine.State, damaged))
            {
                logger.MemberCorrupt(damaged.ToString("x"), revision);
                await engine.ProposeOwnAsync(Command.NewAlarmRaise(damaged, AlarmKind.Corrupt), token);
            }
        }

        return hashes.Count == members;
    }

    /// <summary>The hashes of all members that answer about the same history, this one's first.</summary>
    private async Task<List<(ulong Member, uint Hash)>> HashesAsync(long revision, CancellationToken token)
    {
        var own = await engine.Hashes.AtAsync(revision, token);
        var answers = await Task.WhenAll(engine.State.Members.Where(member => member.Id != engine.MemberId).Select(
            async member => (member.Id, Hash: await engine.AskMemberAsync(
                member, (peers, address, limit) => peers.HashKvAsync(address, revision, limit), token))));
        return
        [
            (engine.MemberId, own.Hash),
            .. answers
                .Where(answer => answer.Hash is { } theirs && theirs.Revision == own.Revision && theirs.CompactRevision == own.CompactRevision)
                .Select(answer => (answer.Id, answer.Hash!.Hash)),
        ];
    }
}
