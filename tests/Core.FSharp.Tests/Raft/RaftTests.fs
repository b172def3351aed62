// Single rules of the Raft paper and of this implementation, one member at a time, and what nonsense
// from outside must not do.
namespace Kv.Core.Tests.Raft

open System
open Kv.Core
open Kv.Core.Raft
open FsCheck.Xunit
open Xunit

/// One member (id 1) and what it asked for.
type internal Alone(state: RaftState) =
    let output = StepOutput(RecordsEvents = true)
    member val State = state with get, set

    /// The effects of one input, as text.
    member this.Step(input: Input) : string[] =
        this.State <- RaftMachine.Step(this.State, input, output)
        let effects = output.Effects.ToArray() |> Array.map Describe.Effect
        output.Clear()
        effects

    member this.Receive(from: NodeId, term: Term, body: MessageBody) =
        this.Step(Input.Received(Message(from, 1UL, term, body)))

    member this.Node = this.State.Node
    member this.Status = this.State.Status

type RaftTests() =
    static let configuration = Configuration.OfVoters [| 1UL; 2UL; 3UL |]
    static let bootstrap = SnapshotMark(0UL, 0UL, configuration)

    static let hard term vote commit : HardState = {
        Term = term
        Vote = vote
        Commit = commit
    }

    static let options () =
        RaftOptions(1UL, 10, 1, 5UL, PreVote = false, CheckQuorum = false)

    static let normal (index: LogIndex) (term: Term) =
        Entry(index, term, EntryKind.Normal, ReadOnlyMemory [| byte index |])

    static let step operation node : ConfigurationStep = { Operation = operation; Node = node }

    static let change (index: LogIndex) (term: Term) steps =
        let bytes =
            ConfigurationCodec.Encode(ConfigurationChange(steps, ReadOnlyMemory.Empty))

        Entry(index, term, EntryKind.Configuration, ReadOnlyMemory bytes)

    static let restore hardState entries =
        Alone(RaftMachine.Restore(options (), hardState, bootstrap, entries))

    /// A follower in term 3 with entries of terms 1, 1, 3.
    static let follower () =
        let node =
            restore (hard 3UL 0UL 1UL) [| normal 1UL 1UL; normal 2UL 1UL; normal 3UL 3UL |]

        Assert.Equal("Apply [1/1 0x01]", Assert.Single(node.Step(Input.Applied 0UL)))
        node

    /// The leader of term 1 of three, its first entry committed.
    static let leader () =
        let node = restore (hard 0UL 0UL 0UL) [||]
        node.Step Input.CampaignRequested |> ignore
        node.Step(Input.Persisted 1UL) |> ignore
        node.Receive(2UL, 1UL, MessageBody.VoteResponse true) |> ignore
        node.Step(Input.Persisted 2UL) |> ignore
        node.Receive(2UL, 1UL, MessageBody.AppendAccepted 1UL) |> ignore
        Assert.Equal(Role.Leader, node.Status.Role)
        Assert.Equal(1UL, node.Status.Commit)
        node

    static let text (value: string) =
        ReadOnlyMemory(Text.Encoding.ASCII.GetBytes value)

    let granted (effects: string[]) =
        Array.exists (fun (e: string) -> e.Contains "VoteResponse granted") effects

    [<Fact>]
    member _.``A vote is given to logs at least as up to date only``() =
        let asks lastIndex lastTerm =
            granted (
                follower().Receive(2UL, 4UL, MessageBody.VoteRequest(lastIndex, lastTerm, false))
            )

        Assert.True(asks 3UL 3UL)
        Assert.True(asks 1UL 4UL)
        Assert.True(asks 9UL 3UL)
        Assert.False(asks 2UL 3UL)
        Assert.False(asks 9UL 2UL)

    [<Fact>]
    member _.``One vote a term, but the same one again``() =
        let node = follower ()

        let ask from =
            granted (node.Receive(from, 4UL, MessageBody.VoteRequest(3UL, 3UL, false)))

        Assert.True(ask 2UL)
        Assert.False(ask 3UL)
        Assert.True(ask 2UL)
        Assert.Equal(2UL, node.Node.Vote)

    [<Fact>]
    member _.``A vote survives a restart``() =
        let node = restore (hard 4UL 2UL 0UL) [||]

        let ask from =
            granted (node.Receive(from, 4UL, MessageBody.VoteRequest(3UL, 3UL, false)))

        Assert.False(ask 3UL)
        Assert.True(ask 2UL)

    [<Fact>]
    member _.``A repeated vote waits for the write of the first``() =
        let node = follower ()

        let ask () =
            node.Receive(2UL, 4UL, MessageBody.VoteRequest(3UL, 3UL, false))

        // What is committed is no promise: it is told at once.
        let told = "Send 1->2 term 0 CommitKnown 1/1"
        ask () |> ignore
        let again = ask ()
        Assert.Equal(2, again.Length)
        Assert.Equal(told, again[0])
        Assert.StartsWith("Persist 2 then {1->2 term 4 VoteResponse granted}", again[1])
        node.Step(Input.Persisted 2UL) |> ignore
        Assert.Equal<string>([| told; "Send 1->2 term 4 VoteResponse granted" |], ask ())

    [<Fact>]
    member _.``A candidate asks for votes when its own and its log are durable``() =
        let node = follower ()
        let append = MessageBody.Append(3UL, 3UL, [| normal 4UL 3UL |], 1UL)

        Assert.StartsWith(
            "Persist 1 [4/3 0x04] then {1->2 term 3 AppendAccepted 4}",
            node.Receive(2UL, 3UL, append)[0]
        )

        // The entry is still being written: the vote's write comes behind it.
        Assert.Equal<string>(
            [|
                "Persist 2 term 4 vote 1 commit 1 then {1->2 term 4 VoteRequest last 4/3; 1->3 term 4 VoteRequest last 4/3}"
                "LeadershipChanged Candidate term 4 leader 0"
            |],
            node.Step Input.CampaignRequested
        )

        Assert.Empty(node.Step(Input.Persisted 1UL))
        // Nobody was asked, and without the own vote nothing is won.
        node.Receive(2UL, 4UL, MessageBody.VoteResponse true) |> ignore
        node.Receive(3UL, 4UL, MessageBody.VoteResponse true) |> ignore
        Assert.Equal(Role.Candidate, node.Status.Role)
        node.Step(Input.Persisted 2UL) |> ignore
        Assert.Equal(Role.Leader, node.Status.Role)

    [<Fact>]
    member _.``Leadership handed over is asked for when the own vote is durable``() =
        let node = follower ()

        Assert.Equal<string>(
            [|
                "Persist 1 term 4 vote 1 commit 1 then {1->2 term 4 VoteRequest last 3/3 transfer; 1->3 term 4 VoteRequest last 3/3 transfer}"
                "LeadershipChanged Candidate term 4 leader 0"
            |],
            node.Receive(2UL, 3UL, MessageBody.TimeoutNow)
        )

    [<Fact>]
    member _.``Append finds its place or is refused with a hint``() =
        let append previous term =
            follower().Receive(2UL, 4UL, MessageBody.Append(previous, term, [||], 0UL))
            |> Array.find (fun e -> e.Contains "Append")

        Assert.Contains("AppendAccepted 3", append 3UL 3UL)
        Assert.Contains("AppendRejected 9 hint 3/3", append 9UL 4UL)
        Assert.Contains("AppendRejected 3 hint 2/1", append 3UL 2UL)

    [<Fact>]
    member _.``A refusal of what was accepted before is not answered``() =
        let node = leader ()
        node.Step(Input.PeerUnreachable 2UL) |> ignore
        // Old, or from a member that lost its disk: an answer would be refused again, and again.
        let refusal = MessageBody.AppendRejected(1UL, 0UL, 0UL)
        Assert.Empty(node.Receive(2UL, 1UL, refusal))
        // An answer that makes sense ends the probe.
        node.Receive(2UL, 1UL, MessageBody.AppendAccepted 1UL) |> ignore
        Assert.NotEmpty(node.Step(Input.Proposed [| ReadOnlyMemory [| 7uy |] |]))

    [<Fact>]
    member _.``Only a conflicting end of the log is replaced``() =
        let node = follower ()
        // An old append that holds less than the log: nothing is cut off.
        node.Receive(2UL, 4UL, MessageBody.Append(1UL, 1UL, [| normal 2UL 1UL |], 0UL))
        |> ignore

        Assert.Equal(3UL, node.Status.LastIndex)

        node.Receive(2UL, 4UL, MessageBody.Append(2UL, 1UL, [| normal 3UL 4UL |], 0UL))
        |> ignore

        Assert.Equal(4UL, node.Node.Log[3UL].Term)
        Assert.Equal(2UL, node.Node.Durability.Durable)

    [<Fact>]
    member _.``The commit index follows the leader, within what is here``() =
        let commitAfter body =
            let node = follower ()
            node.Receive(2UL, 4UL, body) |> ignore
            node.Status.Commit

        Assert.Equal(3UL, commitAfter (MessageBody.Append(3UL, 3UL, [||], 9UL)))
        Assert.Equal(2UL, commitAfter (MessageBody.Append(3UL, 3UL, [||], 2UL)))
        // What lies behind the append may not be the leader's.
        Assert.Equal(2UL, commitAfter (MessageBody.Append(2UL, 1UL, [||], 9UL)))
        Assert.Equal(3UL, commitAfter (MessageBody.Heartbeat(3UL, 0UL)))
        Assert.Equal(1UL, commitAfter (MessageBody.Heartbeat(9UL, 0UL)))

    [<Fact>]
    member _.``Appends that do not hang together are ignored``() =
        let ignored entries =
            let node = follower ()
            let body = MessageBody.Append(3UL, 3UL, entries, 9UL)
            let effects = node.Receive(2UL, 4UL, body)
            Assert.DoesNotContain(effects, (fun (e: string) -> e.Contains "Append"))
            Assert.Equal(3UL, node.Status.LastIndex)
            Assert.Equal(1UL, node.Status.Commit)

        ignored [| normal 5UL 4UL |]
        ignored [| normal 4UL 4UL; normal 6UL 4UL |]
        ignored [| normal 4UL 2UL |]
        ignored [| normal 4UL 5UL |]

    [<Fact>]
    member _.``Messages for others, of itself and of nobody are ignored``() =
        let node = follower ()
        let body = MessageBody.Heartbeat(3UL, 0UL)

        let input from target term =
            Input.Received(Message(from, target, term, body))

        Assert.Empty(node.Step(input 2UL 3UL 9UL))
        Assert.Empty(node.Step(input 1UL 1UL 9UL))
        Assert.Empty(node.Step(input 0UL 1UL 9UL))
        Assert.Empty(node.Step(input 2UL 1UL UInt64.MaxValue))
        Assert.Equal(3UL, node.Status.Term)

    [<Fact>]
    member _.``A leader ignores a second leader of its term and answers of strangers``() =
        let node = leader ()
        Assert.Empty(node.Receive(3UL, 1UL, MessageBody.Heartbeat(1UL, 0UL)))
        Assert.Empty(node.Receive(3UL, 1UL, MessageBody.Append(1UL, 1UL, [||], 1UL)))
        Assert.Empty(node.Receive(9UL, 1UL, MessageBody.AppendAccepted 1UL))
        Assert.Empty(node.Receive(3UL, 1UL, MessageBody.AppendAccepted 77UL))
        Assert.Equal(0UL, (NodeState.progress 3UL node.Node).Value.Match)

    [<Fact>]
    member _.``A snapshot that is old or known moves at most the commit index``() =
        let install (mark: SnapshotMark) =
            let node = follower ()
            let effects = node.Receive(2UL, 3UL, MessageBody.InstallSnapshot mark)
            Assert.DoesNotContain(effects, (fun (e: string) -> e.StartsWith "RestoreSnapshot"))
            Assert.Equal(3UL, node.Status.LastIndex)
            node.Status.Commit

        Assert.Equal(1UL, install (SnapshotMark(1UL, 1UL, configuration)))
        Assert.Equal(2UL, install (SnapshotMark(2UL, 1UL, configuration)))
        let malformed = Configuration([| 2UL; 1UL |], [||], [||], [||], false)
        Assert.Equal(1UL, install (SnapshotMark(9UL, 3UL, malformed)))

    [<Fact>]
    member _.``A snapshot replaces a log that does not hold its last entry``() =
        let node = follower ()
        let other = Configuration.OfVoters [| 1UL; 2UL |]
        let mark = SnapshotMark(3UL, 2UL, other)
        let effects = node.Receive(2UL, 3UL, MessageBody.InstallSnapshot mark)

        Assert.Equal<string>(
            [|
                "Persist 1 term 3 vote 0 commit 1 reset to 3/2 voters (1 2) then {1->2 term 3 AppendAccepted 3}"
                "RestoreSnapshot 3/2 voters (1 2)"
                "ConfigurationChanged voters (1 2)"
                "LeadershipChanged Follower term 3 leader 2"
            |],
            effects
        )

        node.Step(Input.Persisted 1UL) |> ignore
        let behind = MessageBody.Append(3UL, 2UL, [| normal 4UL 3UL |], 4UL)
        node.Receive(2UL, 3UL, behind) |> ignore
        Assert.Equal("Apply [4/3 0x04]", Assert.Single(node.Step(Input.Persisted 2UL)))

    [<Fact>]
    member _.``Reports of writes that are unknown or done already change nothing``() =
        let node = leader ()
        node.Step(Input.Proposed [| text "x" |]) |> ignore
        let before = Describe.State node.State
        Assert.Empty(node.Step(Input.Persisted 2UL))
        Assert.Empty(node.Step(Input.Persisted 99UL))
        Assert.Equal(before, Describe.State node.State)

    [<Fact>]
    member _.``Reads beyond the bound are refused``() =
        let node = restore (hard 0UL 0UL 0UL) [||]
        node.Step Input.CampaignRequested |> ignore
        node.Step(Input.Persisted 1UL) |> ignore
        node.Receive(2UL, 1UL, MessageBody.VoteResponse true) |> ignore

        for context in 1UL .. uint64 Limits.readsWaitingMax do
            Assert.Empty(node.Step(Input.ReadRequested context))

        Assert.Equal(
            "RefuseRead 70000 Overloaded",
            Assert.Single(node.Step(Input.ReadRequested 70000UL))
        )

        let refused = node.Receive(2UL, 0UL, MessageBody.ReadIndexRequest 70001UL)
        Assert.Equal("Send 1->2 term 1 ReadIndexResponse 70001 refused", Assert.Single refused)

    [<Fact>]
    member _.``Only the answer to the question asked releases a read``() =
        let node = follower ()
        node.Receive(2UL, 3UL, MessageBody.Heartbeat(1UL, 0UL)) |> ignore
        node.Step(Input.ReadRequested 7UL) |> ignore
        Assert.Empty(node.Receive(2UL, 3UL, MessageBody.ReadIndexResponse(6UL, 3UL)))
        Assert.Empty(node.Receive(2UL, 2UL, MessageBody.ReadIndexResponse(7UL, 3UL)))
        let answer = node.Receive(2UL, 3UL, MessageBody.ReadIndexResponse(7UL, 3UL))
        Assert.Equal("ReleaseRead 7 at 3", Assert.Single answer)

    [<Fact>]
    member _.``A leader that restarts has to win again``() =
        let node = restore (hard 3UL 1UL 1UL) [| normal 1UL 1UL |]
        Assert.Equal(Role.Follower, node.Status.Role)
        Assert.Equal(0UL, node.Status.Leader)

    [<Fact>]
    member _.``Entries that outlived a torn write bring their term``() =
        let node = restore (hard 1UL 1UL 0UL) [| normal 1UL 1UL; normal 2UL 4UL |]
        Assert.Equal(4UL, node.Status.Term)
        Assert.Equal(0UL, node.Node.Vote)
        // The first write makes it durable.
        Assert.Contains("Persist 1 term 4 vote 0", Assert.Single(node.Step(Input.Applied 0UL)))

    [<Fact>]
    member _.``Of several membership changes in the log all but the last are committed``() =
        let node =
            restore (hard 1UL 0UL 0UL) [|
                normal 1UL 1UL
                change 2UL 1UL [| step ConfigurationOperation.AddVoter 4UL |]
                normal 3UL 1UL
                change 4UL 1UL [| step ConfigurationOperation.AddVoter 5UL |]
            |]

        Assert.Equal(2UL, node.Status.Commit)
        Assert.Equal<NodeId>([| 1UL; 2UL; 3UL; 4UL |], node.Status.Configuration.Voters)
        Assert.True(NodeState.hasPendingConfiguration node.Node)

    [<Fact>]
    member _.``The next membership change waits until the last one is applied``() =
        let mark = SnapshotMark(0UL, 0UL, Configuration.OfVoters [| 1UL |])

        let node = Alone(RaftMachine.Restore(options (), hard 0UL 0UL 0UL, mark, [||]))

        let add node =
            Input.ConfigurationProposed(
                ConfigurationChange(
                    [| step ConfigurationOperation.AddLearner node |],
                    ReadOnlyMemory.Empty
                )
            )

        node.Step Input.CampaignRequested |> ignore
        node.Step(Input.Persisted 1UL) |> ignore
        node.Step(Input.Persisted 2UL) |> ignore
        node.Step(add 2UL) |> ignore
        node.Step(Input.Persisted 3UL) |> ignore
        Assert.Equal(2UL, node.Status.Commit)
        let refused = node.Step(add 3UL)
        Assert.Contains("RefuseConfiguration conf{~3} ChangePending", refused)
        node.Step(Input.Persisted 4UL) |> ignore
        node.Step(Input.Applied 2UL) |> ignore
        Assert.DoesNotContain("Refuse", String.Join(" ", node.Step(add 3UL)))

    [<Fact>]
    member _.``Settings that cannot work are refused``() =
        let refuses (options: RaftOptions) =
            Assert.Throws<ArgumentException>(fun () ->
                RaftMachine.Restore(options, hard 0UL 0UL 0UL, bootstrap, [||]) |> ignore)
            |> ignore

        refuses (RaftOptions(0UL, 10, 1, 0UL))
        refuses (RaftOptions(1UL, 1, 1, 0UL))
        refuses (RaftOptions(1UL, 10, 0, 0UL))
        refuses (RaftOptions(1UL, 10, 1, 0UL, InflightCountMax = 0))
        refuses (RaftOptions(1UL, 10, 1, 0UL, TailEntriesMax = -1))

    [<Fact>]
    member _.``A log with a gap does not start``() =
        let error =
            Assert.Throws<InvariantException>(fun () ->
                restore (hard 1UL 0UL 0UL) [| normal 1UL 1UL; normal 3UL 1UL |] |> ignore)

        Assert.Equal("log-window-gap", error.Id)

    [<Property>]
    member _.``Election timeouts are between one and two of the setting``(seed: uint64) =
        let options = RaftOptions(1UL, 10, 1, seed, PreVote = false)
        let node = Alone(RaftMachine.Restore(options, hard 0UL 0UL 0UL, bootstrap, [||]))
        let mutable ticks = 0

        while node.Status.Role = Role.Follower do
            node.Step Input.Tick |> ignore
            ticks <- ticks + 1

        Assert.InRange(ticks, 10, 19)

    [<Fact>]
    member _.``Election timeouts differ between seeds``() =
        let timeout seed =
            let options = RaftOptions(1UL, 10, 1, seed)
            (RaftMachine.Restore(options, hard 0UL 0UL 0UL, bootstrap, [||])).Node.Timers.Timeout

        let timeouts = [| 1UL .. 60UL |] |> Array.map timeout |> Array.distinct
        Assert.True(timeouts.Length >= 8)

    [<Fact>]
    member _.``A member that cannot lead forgets a silent leader``() =
        let mark =
            SnapshotMark(0UL, 0UL, Configuration([| 2UL |], [||], [| 1UL |], [||], false))

        let node = Alone(RaftMachine.Restore(options (), hard 0UL 0UL 0UL, mark, [||]))
        node.Receive(2UL, 1UL, MessageBody.Heartbeat(0UL, 0UL)) |> ignore
        node.Step(Input.ReadRequested 5UL) |> ignore
        Assert.Equal(2UL, node.Status.Leader)
        let mutable effects = [||]

        while node.Status.Leader <> 0UL do
            effects <- node.Step Input.Tick

        Assert.Contains("RefuseRead 5 NoLeader", effects)
        Assert.Equal(Role.Follower, node.Status.Role)
        Assert.Equal(1UL, node.Status.Term)

    [<Fact>]
    member _.``The tail keeps entries by count and by bytes``() =
        let trimmed (options: RaftOptions) =
            let entries = Array.init 50 (fun i -> normal (uint64 i + 1UL) 1UL)

            let node =
                Alone(RaftMachine.Restore(options, hard 1UL 0UL 40UL, bootstrap, entries))

            node.Step(Input.Applied 0UL) |> ignore
            node.Step(Input.Applied 30UL) |> ignore
            node.Status.FirstIndex

        let tail entries bytes =
            RaftOptions(1UL, 10, 1, 0UL, TailEntriesMax = entries, TailBytesMax = bytes)

        Assert.Equal(21UL, trimmed (tail 10 1_000_000))
        Assert.Equal(1UL, trimmed (tail 100 1_000_000))
        // Entries of one byte: 17 with the overhead.
        Assert.Equal(28UL, trimmed (tail 100 (3 * 17)))
        Assert.Equal(31UL, trimmed (tail 0 0))

    [<Fact>]
    member _.``More is kept for a follower that is being sent a snapshot``() =
        let options =
            RaftOptions(1UL, 10, 1, 5UL, PreVote = false, CheckQuorum = false, TailEntriesMax = 5)

        let entries = Array.init 50 (fun i -> normal (uint64 i + 1UL) 1UL)

        let node =
            Alone(RaftMachine.Restore(options, hard 1UL 0UL 50UL, bootstrap, entries))

        node.Step(Input.Applied 0UL) |> ignore
        node.Step(Input.Applied 30UL) |> ignore
        node.Step Input.CampaignRequested |> ignore
        node.Step(Input.Persisted 1UL) |> ignore
        node.Receive(2UL, 2UL, MessageBody.VoteResponse true) |> ignore
        let refusal = MessageBody.AppendRejected(50UL, 2UL, 1UL)
        Assert.Contains("SendSnapshot to 3 term 2", node.Receive(3UL, 2UL, refusal))
        node.Step(Input.Applied 50UL) |> ignore
        Assert.Equal(31UL, node.Status.FirstIndex)
        node.Step(Input.SnapshotSent(3UL, 30UL, true)) |> ignore
        node.Receive(2UL, 2UL, MessageBody.AppendAccepted 51UL) |> ignore
        node.Step(Input.Persisted 2UL) |> ignore
        node.Step(Input.Applied 51UL) |> ignore
        Assert.Equal(47UL, node.Status.FirstIndex)

    [<Fact>]
    member _.``Status tells how far each follower is``() =
        let status = leader().Status
        Assert.Equal(2, status.Followers.Length)
        Assert.Equal(2UL, status.Followers[0].Node)
        Assert.Equal(1UL, status.Followers[0].Match)
        Assert.True status.Followers[0].IsRecentlyActive
        Assert.False status.Followers[1].IsRecentlyActive
        Assert.Empty(follower().Status.Followers)

    [<Fact>]
    member _.``Events are kept only when asked for``() =
        let output = StepOutput()
        let state = follower().State
        RaftMachine.Step(state, Input.Tick, output) |> ignore
        Assert.Empty output.Events
        output.RecordsEvents <- true
        RaftMachine.Step(state, Input.Tick, output) |> ignore
        Assert.Contains("Ticked", output.Events |> Seq.map Describe.Event)

    [<Fact>]
    member _.``Draining hands the effects over once, in order``() =
        let seen = ResizeArray<string>()

        let sink = {
            new IEffectSink with
                member _.Persist batch =
                    seen.Add("persist " + string batch.Sequence)

                member _.Send message = seen.Add("send " + string message.To)

                member _.Apply entries =
                    seen.Add("apply " + string entries.Length)

                member _.ReleaseRead(context, _) = seen.Add("read " + string context)
                member _.RefuseRead(context, _) = seen.Add("refuse " + string context)
                member _.RefuseProposals(_, reason) = seen.Add("refuse " + string reason)
                member _.RefuseConfiguration(_, reason) = seen.Add("refuse " + string reason)
                member _.SendSnapshot(peer, _) = seen.Add("snapshot " + string peer)

                member _.RestoreSnapshot mark =
                    seen.Add("restore " + string mark.Index)

                member _.LeadershipChanged(role, _, _) = seen.Add("role " + string role)
                member _.ConfigurationChanged _ = seen.Add "configuration"
        }

        let output = StepOutput()
        let question = MessageBody.PreVoteRequest(2UL, 3UL)
        let mutable state = follower().State
        state <- RaftMachine.Step(state, Input.ReadRequested 3UL, output)

        state <- RaftMachine.Step(state, Input.Received(Message(2UL, 1UL, 4UL, question)), output)

        state <- RaftMachine.Step(state, Input.CampaignRequested, output)
        output.Drain sink

        Assert.Equal<string>(
            [| "refuse 3"; "send 2"; "send 2"; "persist 1"; "role Candidate" |],
            seen.ToArray()
        )

        seen.Clear()
        output.Drain sink
        Assert.Empty seen

    [<Property(MaxTest = 200)>]
    member _.``Nonsense from the wire and from the host breaks nothing``(seed: int) =
        let random = Random seed
        let node = if seed % 2 = 0 then follower () else leader ()

        for _ in 1..150 do
            let before = node.Node

            let input =
                match random.Next 12 with
                | 0 -> Input.Tick
                | 1 -> Input.Persisted(uint64 (random.Next 20))
                | 2 -> Input.Applied(uint64 (random.Next 20))
                | 3 ->
                    Input.SnapshotSent(uint64 (random.Next 4), AnyMessage.number 31UL random, true)
                | 4 -> Input.PeerUnreachable(uint64 (random.Next 4))
                | 5 -> Input.Proposed [| AnyMessage.data random |]
                | 6 -> Input.TransferRequested(uint64 (random.Next 4))
                | _ ->
                    let body = AnyMessage.body 15UL random
                    let term = before.Term + uint64 (random.Next 3) - 1UL
                    Input.Received(Message(uint64 (1 + random.Next 4), 1UL, term, body))

            node.Step input |> ignore
            let after = node.Node
            Assert.True(after.Term >= before.Term)
            Assert.True(after.Commit >= before.Commit)
            Assert.True(after.Released >= before.Released)
            Assert.True(after.Commit <= after.Log.LastIndex)
            Assert.True(after.Released <= after.Commit)
