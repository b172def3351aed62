// What the Maintenance service does, apart from how a call arrives.
using System.Diagnostics;
using Kv.Core.Apply;
using Kv.Core.Auth;
using Kv.Core.Mvcc;
using Kv.Node.Engine;
using Kv.Node.EtcdFile;
using Kv.Node.Protos;

namespace Kv.Node.Grpc;

/// <summary>Handlers of the Maintenance service; they throw <see cref="EtcdException"/>.</summary>
internal sealed class MaintenanceCalls(NodeEngine engine, ResponseHeaders headers)
{
    public ValueTask<StatusResponse> StatusAsync(StatusRequest request, Caller caller, CancellationToken token)
    {
        var state = engine.State;
        var raft = engine.Raft;
        var response = new StatusResponse
        {
            Header = headers.At(state.Revision),
            Version = EtcdVersion.Server,
            // Memory is given back as history is removed: there are no free pages, all of it is in use.
            DbSize = state.SizeBytes,
            DbSizeInUse = state.SizeBytes,
            DbSizeQuota = engine.Quota.Bytes,
            Leader = raft.Leader,
            RaftIndex = raft.Commit,
            RaftTerm = raft.Term,
            RaftAppliedIndex = state.AppliedIndex,
            IsLearner = engine.IsLearner,
            StorageVersion = EtcdVersion.Storage,
            DowngradeInfo = new DowngradeInfo
            {
                Enabled = state.DowngradeTarget.Length > 0,
                TargetVersion = state.DowngradeTarget,
            },
        };
        foreach (var (member, kind) in state.Alarms)
        {
            response.Errors.Add($"memberID:{member} alarm:{NameOf(kind)} ");
        }

        if (raft.Leader == 0)
        {
            response.Errors.Add(EtcdErrors.NoLeader.Message);
        }

        return new(response);
    }

    /// <summary>The hash of the rows at a revision. For the revision of a recent compaction it is, as in
    /// etcd, the one computed over what that compaction removed.</summary>
    public async ValueTask<HashKVResponse> HashKvAsync(HashKVRequest request, Caller caller, CancellationToken token)
    {
        var started = Stopwatch.GetTimestamp();
        var hash = await engine.Hashes.AtAsync(request.Revision, token);
        MaintenanceMetrics.CountHashRevision(started);
        return new HashKVResponse
        {
            Header = headers.Now(),
            Hash = hash.Hash,
            CompactRevision = hash.CompactRevision,
            HashRevision = hash.Revision,
        };
    }

    /// <summary>The hash of all this member stores, as the file it would send has it.</summary>
    public ValueTask<HashResponse> HashAsync(HashRequest request, Caller caller, CancellationToken token)
    {
        var state = engine.State;
        var started = Stopwatch.GetTimestamp();
        var hash = EtcdHash.Of(state, token);
        MaintenanceMetrics.CountHash(started);
        return new(new HashResponse { Header = headers.At(state.Revision), Hash = hash });
    }

    /// <summary>Nothing fragments here: it succeeds at once. The response has no header (N7).</summary>
    public static ValueTask<DefragmentResponse> DefragmentAsync(DefragmentRequest request, Caller caller, CancellationToken token) =>
        new(new DefragmentResponse());

    public async ValueTask<AlarmResponse> AlarmAsync(AlarmRequest request, Caller caller, CancellationToken token)
    {
        var kind = (AlarmKind)request.Alarm;
        if (request.Action == AlarmRequest.Types.AlarmAction.Get)
        {
            await engine.DemandAsync(state => state.Auth.CheckUser(caller), token);
            return ListAlarms(engine.State, kind);
        }

        await engine.DemandAsync(state => state.Auth.CheckRoot(caller), token);
        var response = new AlarmResponse { Header = headers.Now() };
        var raises = request.Action == AlarmRequest.Types.AlarmAction.Activate;
        if (kind is not (AlarmKind.NoSpace or AlarmKind.Corrupt) || IsActive(request, kind) == raises)
        {
            return response;
        }

        var command = raises
            ? Command.NewAlarmRaise(request.MemberID, kind)
            : Command.NewAlarmClear(request.MemberID, kind);
        var outcome = await engine.ProposeAsync(command, caller, token);
        response.Header = headers.At(outcome.ReplyOrThrow<Reply>().Revision);
        response.Alarms.Add(new AlarmMember { MemberID = request.MemberID, Alarm = request.Alarm });
        return response;
    }

    /// <summary>Returns when the target leads (M11).</summary>
    public async ValueTask<MoveLeaderResponse> MoveLeaderAsync(MoveLeaderRequest request, Caller caller, CancellationToken token)
    {
        await engine.MoveLeaderAsync(request.TargetID, token);
        return new MoveLeaderResponse { Header = headers.Now() };
    }

    private static string NameOf(AlarmKind kind) => kind switch
    {
        AlarmKind.NoSpace => "NOSPACE",
        AlarmKind.Corrupt => "CORRUPT",
        _ => "NONE",
    };

    private AlarmResponse ListAlarms(StoreState state, AlarmKind wanted)
    {
        var response = new AlarmResponse { Header = headers.At(state.Revision) };
        foreach (var (member, kind) in state.Alarms)
        {
            if (wanted == AlarmKind.None || wanted == kind)
            {
                response.Alarms.Add(new AlarmMember { MemberID = member, Alarm = (AlarmType)kind });
            }
        }

        return response;
    }

    private bool IsActive(AlarmRequest request, AlarmKind wanted)
    {
        foreach (var (member, kind) in engine.State.Alarms)
        {
            if (member == request.MemberID && kind == wanted)
            {
                return true;
            }
        }

        return false;
    }
}
