// The arithmetic of majorities: what a set of voters has agreed on, given what each of them has
// acknowledged. Knows nothing of roles, logs or messages.
namespace Kv.Core.Raft

open System
open Kv.Core

/// How a vote stands.
[<RequireQualifiedAccess; Struct>]
type internal VoteResult =
    | Pending
    | Won
    | Lost

/// Majority and joint-majority arithmetic.
[<RequireQualifiedAccess>]
module internal Quorum =
    /// The smallest number of voters that is a majority.
    let majority (voters: int) = voters / 2 + 1

    /// The largest value that a majority of the voters has reached. A configuration without voters
    /// constrains nothing, so it has reached everything.
    let reached (voters: NodeId[]) (valueOf: NodeId -> uint64) : uint64 =
        if voters.Length = 0 then
            UInt64.MaxValue
        else
            let values = Array.zeroCreate voters.Length

            for i in 0 .. voters.Length - 1 do
                let value = valueOf voters[i]
                let mutable place = i

                while place > 0 && values[place - 1] < value do
                    values[place] <- values[place - 1]
                    place <- place - 1

                values[place] <- value

            values[majority voters.Length - 1]

    /// The largest value that majorities of both the incoming and the outgoing voters have reached.
    let reachedByBoth (configuration: Configuration) (valueOf: NodeId -> uint64) : uint64 =
        let incoming = reached configuration.Voters valueOf

        if configuration.IsJoint then
#if SIMULATION
            if Mutants.Has Mutant.JointByEither then
                max incoming (reached configuration.Outgoing valueOf)
            else
#endif
            min incoming (reached configuration.Outgoing valueOf)
        else
            incoming

    /// How the vote stands among these voters. No voters at all cannot object.
    let vote (voters: NodeId[]) (granted: NodeId -> bool) (rejected: NodeId -> bool) =
        let mutable yes = 0
        let mutable no = 0

        for voter in voters do
            if granted voter then
                yes <- yes + 1
            elif rejected voter then
                no <- no + 1

        if voters.Length = 0 || yes >= majority voters.Length then
            VoteResult.Won
        elif yes + (voters.Length - yes - no) < majority voters.Length then
            VoteResult.Lost
        else
            VoteResult.Pending

    /// How the vote stands when both the incoming and the outgoing voters must agree.
    let voteOfBoth (configuration: Configuration) granted rejected =
        let incoming = vote configuration.Voters granted rejected
        let outgoing = vote configuration.Outgoing granted rejected

        match incoming, outgoing with
        | VoteResult.Lost, _
        | _, VoteResult.Lost -> VoteResult.Lost
        | VoteResult.Won, VoteResult.Won -> VoteResult.Won
        | VoteResult.Pending, _
        | _, VoteResult.Pending -> VoteResult.Pending
