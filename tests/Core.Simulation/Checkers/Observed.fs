// What a checker may look at: a member as an all-seeing observer finds it. Checkers only watch;
// none of them may change a run.
namespace Kv.Core.Simulation.Checkers

open Kv.Core
open Kv.Core.Raft
open Kv.Core.Simulation

/// One member, seen from outside.
[<AllowNullLiteral>]
type IObserved =
    abstract Id: NodeId
    /// The log in memory: everything the core asked to persist, durable or not.
    abstract Log: MemberLog
    /// What a crash would leave.
    abstract Disk: VirtualDisk
    /// Null while the member is down.
    abstract Status: RaftStatus
