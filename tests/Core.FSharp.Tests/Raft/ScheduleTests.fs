// Random schedules: messages lost, doubled and out of order, slow and torn writes, crashes, changes
// of membership. `Cluster` checks safety at every step; in the end, when all is well again, the
// members must agree and make progress. KV_SCHEDULES sets how many are run (60).
namespace Kv.Core.Tests.Raft

open System
open Kv.Core
open Kv.Core.Raft
open Xunit

type internal Schedule(seed: uint64) =
    let cluster = Cluster(ShowsEffects = false, StepsPerCheck = 25)
    let mutable randomness = seed
    let mutable proposals = 0
    let mutable reads = 0UL

    let draw (below: int) =
        let struct (number, next) = SplitMix.between 0 below randomness
        randomness <- next
        number

    let chance (percent: int) = draw 100 < percent
    let ids = [| 1UL .. 5UL |]
    let node () = ids[draw ids.Length]

    let options (id: NodeId) =
        RaftOptions(
            id,
            4,
            1,
            seed + id,
            PreVote = (seed % 3UL > 0UL),
            // One of the two at least: without both a removed member disrupts the others for ever.
            CheckQuorum = (seed % 2UL = 0UL || seed % 3UL = 0UL),
            AppendBytesMax = (if seed % 5UL = 0UL then 40 else 1 <<< 20),
            InflightCountMax = 3,
            TailEntriesMax = 8,
            UncommittedBytesMax = 200
        )

    let start () =
        let voters = SnapshotMark(0UL, 0UL, Configuration.OfVoters [| 1UL; 2UL; 3UL |])
        let nobody = SnapshotMark(0UL, 0UL, Membership.empty)

        for id in ids do
            cluster.Add(options id, (if id <= 3UL then voters else nobody))

    let message () =
        let count = cluster.Network.Count

        if count > 0 then
            let chosen = cluster.Network[draw count]

            match draw 20 with
            | 0 -> cluster.Drop chosen
            | 1 -> cluster.Step(chosen.To, Input.Received chosen)
            | _ -> cluster.Deliver chosen

    /// The oldest message of one link: mostly networks keep the order.
    let inOrder () =
        let target = node ()

        match Seq.tryFind (fun (m: Message) -> m.To = target) cluster.Network with
        | Some message -> cluster.Deliver message
        | None -> ()

    let payload () =
        proposals <- proposals + 1
        ReadOnlyMemory(Text.Encoding.ASCII.GetBytes("p" + string proposals))

    let propose () =
        cluster.Step(node (), Input.Proposed(Array.init (1 + draw 3) (fun _ -> payload ())))

    let change () =
        let step () : ConfigurationStep = {
            Operation = LanguagePrimitives.EnumOfValue(byte (draw 3))
            Node = node ()
        }

        let steps = Array.init (1 + draw 3) (fun _ -> step ())

        cluster.Step(
            node (),
            Input.ConfigurationProposed(ConfigurationChange(steps, ReadOnlyMemory.Empty))
        )

    let restart () =
        let id = node ()

        if chance 30 then
            cluster.Members[id].Tear()

        cluster.Members[id].Restart()

    let compact () =
        let host = cluster.Members[node ()]

        if host.AppliedIndex > host.Disk.Mark.Index && host.Writes.Count = 0 then
            host.Disk.Compact host.Mark

    let read () =
        reads <- reads + 1UL
        cluster.Step(node (), Input.ReadRequested reads)

    let isolate () =
        let id = node ()

        if not (cluster.Isolated.Remove id) && cluster.Isolated.Count < 2 then
            cluster.Isolate [| id |]

    let act () =
        match draw 100 with
        | n when n < 30 -> message ()
        | n when n < 50 -> inOrder ()
        | n when n < 72 -> cluster.Persist(node (), 1 + draw 2) |> ignore
        | n when n < 84 -> cluster.Step(node (), Input.Tick)
        | n when n < 91 -> propose ()
        | n when n < 93 -> change ()
        | n when n < 95 -> read ()
        | 95 -> restart ()
        | 96 -> compact ()
        | 97 -> isolate ()
        | 98 -> cluster.Step(node (), Input.TransferRequested(node ()))
        | _ -> cluster.Step(node (), Input.PeerUnreachable(node ()))

    /// Two logs that hold the same entry are equal up to there (log matching, §5.3).
    let compareLogs () =
        for left in cluster.Members.Values do
            for right in cluster.Members.Values do
                let a = left.State.Node.Log
                let b = right.State.Node.Log
                let mutable matched = false

                for back in 0UL .. min a.LastIndex b.LastIndex do
                    let index = min a.LastIndex b.LastIndex - back

                    if index > a.BaseIndex && index > b.BaseIndex then
                        let same = a[index].Term = b[index].Term
                        Assert.True(same || not matched, "logs differ below a common entry")
                        matched <- matched || same

                        if same then
                            Assert.True(a[index].Data.Span.SequenceEqual(b[index].Data.Span))

    let recover () =
        cluster.Isolated.Clear()

        for _ in 1..200 do
            for id in ids do
                cluster.Step(id, Input.Tick)

            cluster.Stabilize ids

    /// The members of the latest configuration, once all is well.
    let expectAgreement () =
        let leader =
            cluster.Members.Values
            |> Seq.filter (fun host -> host.State.Status.Role = Role.Leader)
            |> Seq.maxBy (fun host -> host.State.Status.Term)

        cluster.Step(leader.Id, Input.Proposed [| payload () |])
        cluster.Stabilize ids
        recover ()
        let status = leader.State.Status
        Assert.Equal(Role.Leader, status.Role)
        Assert.Equal(status.LastIndex, status.Commit)
        Assert.False(status.Configuration.IsJoint, "a joint configuration was never left")

        for id in Membership.members status.Configuration do
            Assert.Equal(status.Commit, cluster.Members[id].AppliedIndex)
            Assert.Equal(status.Commit, cluster.Members[id].State.Status.LastIndex)

    member _.Cluster = cluster

    member _.Run(steps: int) =
        start ()

        for turn in 1..steps do
            act ()

            if turn % 50 = 0 then
                compareLogs ()

        recover ()
        expectAgreement ()
        compareLogs ()
        cluster.Committed.Count

type ScheduleTests() =
    [<Fact>]
    member _.``Random schedules are safe and end in agreement``() =
        let mutable committed = 0

        let schedules =
            match Environment.GetEnvironmentVariable "KV_SCHEDULES" with
            | null -> 60UL
            | count -> UInt64.Parse count

        for seed in 1UL .. schedules do
            try
                committed <- committed + Schedule(seed).Run 1200
            with error ->
                raise (InvalidOperationException("seed " + string seed, error))

        Assert.True(
            committed > int schedules * 20,
            "the schedules commit too little to show anything"
        )
