// The single checks that the health endpoints are made of. A check gives null when all is well,
// else the reason.
using Kv.Core.Apply;
using Kv.Core.Mvcc;
using Kv.Node.Engine;
using Kv.Node.Grpc;

namespace Kv.Node.Http;

/// <summary>Checks of this node's health.</summary>
internal sealed class HealthChecks(NodeEngine engine, RpcGate gate)
{
    private static readonly byte[] Probe = "health"u8.ToArray();

    /// <summary>Name of an alarm as etcd writes it.</summary>
    public static string NameOf(AlarmKind kind) => kind switch
    {
        AlarmKind.NoSpace => "NOSPACE",
        AlarmKind.Corrupt => "CORRUPT",
        _ => "UNKNOWN",
    };

    /// <summary>The first active alarm that is not excluded.</summary>
    public string? Alarm(IReadOnlyCollection<string?> excluded)
    {
        foreach (var (member, kind) in engine.State.Alarms)
        {
            if (Concerns(member, kind) && !excluded.Contains(NameOf(kind)))
            {
                return $"ALARM {NameOf(kind)}";
            }
        }

        return null;
    }

    /// <summary>The damage of another member does not make this one sick; a store that is full is full
    /// everywhere.</summary>
    private bool Concerns(ulong member, AlarmKind kind) =>
        kind != AlarmKind.Corrupt || member == engine.MemberId || engine.State.Members.All(known => known.Id != member);

    public string? Leader() => gate.HasLeader ? null : "RAFT NO LEADER";

    public string? DataCorruption()
    {
        foreach (var (member, kind) in engine.State.Alarms)
        {
            if (kind == AlarmKind.Corrupt && Concerns(member, kind))
            {
                return "alarm activated: CORRUPT";
            }
        }

        return null;
    }

    public string? NonLearner() => engine.IsLearner ? "node is learner" : null;

    public string? SerializableRead()
    {
        var (error, _) = engine.State.Range(new RangeRequest(Probe, default) { Limit = 1, KeysOnly = true });
        return error == StoreError.None ? null : StoreErrors.ToException(error).Message;
    }

    public async Task<string?> LinearizableReadAsync(CancellationToken token)
    {
        try
        {
            await engine.ReadAsync(token);
            return null;
        }
        catch (EtcdException e)
        {
            return e.Message;
        }
    }
}
