// The story of single steps: what happened, and why, in words.
namespace Kv.Core.Tests.Raft

open System
open Kv.Core
open Kv.Core.Raft
open Xunit

/// Member 1 of three, told step by step. 2 and 3 are called bob and carol.
type internal Teller(state: RaftState) =
    let output = StepOutput(RecordsEvents = true)

    let name (id: NodeId) =
        match id with
        | 1UL -> "alice"
        | 2UL -> "bob"
        | 3UL -> "carol"
        | other -> other.ToString()

    member val State = state with get, set

    /// The lines of one input.
    member this.Step(input: Input) : string list =
        let before = this.State
        this.State <- RaftMachine.Step(before, input, output)

        let lines = Story.Tell(before, input, this.State, output, Func<NodeId, string> name)

        output.Clear()

        [
            for line in lines ->
                if line.Count > 0 then
                    line.Count.ToString() + " x " + line.Text
                else
                    line.Text
        ]

    member this.Receive(from: NodeId, term: Term, body: MessageBody) =
        this.Step(Input.Received(Message(from, 1UL, term, body)))

    /// Everything that was to be written is.
    member this.Write() =
        this.Step(Input.Persisted this.State.Node.Durability.Issued)

    member this.Tick(count: int) = [
        for _ in 1..count do
            yield! this.Step Input.Tick
    ]

type StoryTests() =
    let entry (index: LogIndex) (term: Term) =
        Entry(index, term, EntryKind.Normal, ReadOnlyMemory [| 1uy |])

    /// Term 6, with entries 1 to 3 of terms 5, 6, 6; entry 1 is committed.
    let member1 () =
        Teller(
            RaftMachine.Restore(
                RaftOptions(1UL, 10, 1, 5UL),
                { Term = 6UL; Vote = 0UL; Commit = 1UL },
                SnapshotMark(0UL, 0UL, Configuration.OfVoters [| 1UL; 2UL; 3UL |]),
                [| entry 1UL 5UL; entry 2UL 6UL; entry 3UL 6UL |]
            )
        )

    let vote index term =
        MessageBody.VoteRequest(index, term, false)

    let preVote index term = MessageBody.PreVoteRequest(index, term)

    let follower () =
        let teller = member1 ()

        Assert.Equal<string>(
            [ "follows bob, which leads term 6" ],
            teller.Receive(2UL, 6UL, MessageBody.Heartbeat(1UL, 0UL))
        )

        teller

    let leader () =
        let teller = member1 ()
        teller.Step Input.CampaignRequested |> ignore
        teller.Receive(3UL, 7UL, MessageBody.PreVoteResponse true) |> ignore
        teller.Write() |> ignore
        teller.Receive(3UL, 7UL, MessageBody.VoteResponse true) |> ignore
        Assert.Equal(Role.Leader, teller.State.Status.Role)
        teller.Write() |> ignore
        teller

    let says (expected: string list) (told: string list) = Assert.Equal<string>(expected, told)

    [<Fact>]
    member _.``An election won``() =
        let teller = follower ()
        let told = teller.Tick 20

        says
            [
                "asks for pre-votes of term 7, since bob was not heard for "
                + told.Head.Split(' ')[12]
                + " heartbeat intervals; its log ends at 3 of term 6"
            ]
            told

        teller.Receive(3UL, 7UL, MessageBody.PreVoteResponse true)
        |> says [
            "pre-vote of carol: yes"
            "would win by the pre-votes of alice, carol: asks for votes in term 7"
        ]

        teller.Write() |> says []

        teller.Receive(2UL, 7UL, MessageBody.VoteResponse false)
        |> says [ "vote of bob: no" ]

        teller.Receive(3UL, 7UL, MessageBody.VoteResponse true)
        |> says [
            "vote of carol: yes"
            "leads term 7 with the votes of alice, carol (refused by bob); its log ends at 3 of term 6"
        ]

    [<Fact>]
    member _.``Elections lost and given up``() =
        let candidate () =
            let teller = member1 ()
            teller.Step Input.CampaignRequested |> ignore
            teller

        let teller = candidate ()

        teller.Receive(2UL, 6UL, MessageBody.PreVoteResponse false)
        |> says [ "pre-vote of bob: no" ]

        teller.Receive(3UL, 6UL, MessageBody.PreVoteResponse false)
        |> says [ "pre-vote of carol: no"; "would not win term 7: refused by bob, carol" ]

        candidate().Receive(2UL, 6UL, MessageBody.Heartbeat(1UL, 0UL))
        |> says [ "gives up its pre-vote: bob leads term 6" ]

        candidate().Receive(2UL, 8UL, vote 9UL 7UL)
        |> says [
            "gives up its pre-vote: bob asks for votes in term 8"
            "votes for bob in term 8: its log ends at 9 of term 7, ours at 3 of term 6"
        ]

    [<Fact>]
    member _.``Why a vote was refused``() =
        member1().Receive(2UL, 7UL, vote 2UL 6UL)
        |> says [
            "enters term 7 without a leader yet: bob asks for votes in it"
            "refuses its vote to bob in term 7: its log ends at 2 of term 6, behind ours, which ends at 3 of term 6"
        ]

        member1().Receive(2UL, 5UL, vote 9UL 5UL)
        |> says [ "refuses its vote to bob in term 5: it asks for term 5, and this is term 6" ]

        let teller = member1 ()
        teller.Receive(2UL, 7UL, vote 3UL 6UL) |> ignore

        teller.Receive(3UL, 7UL, vote 3UL 6UL)
        |> says [ "refuses its vote to carol in term 7: the vote in term 7 is given to bob" ]

        follower().Receive(3UL, 6UL, vote 3UL 6UL)
        |> says [ "refuses its vote to carol in term 6: bob leads term 6" ]

    [<Fact>]
    member _.``Why a vote was not even looked at``() =
        let teller = follower ()
        teller.Tick 2 |> says []

        teller.Receive(3UL, 7UL, preVote 3UL 6UL)
        |> says [
            "does not answer the question of carol for a pre-vote in term 7: bob leads, and was heard 2 heartbeat intervals ago"
        ]

        teller.Receive(3UL, 7UL, vote 3UL 6UL)
        |> says [
            "does not answer the question of carol for a vote in term 7: bob leads, and was heard 2 heartbeat intervals ago"
        ]

        Assert.Equal(6UL, teller.State.Status.Term)

    [<Fact>]
    member _.``Pre-votes``() =
        let teller = member1 ()

        teller.Receive(2UL, 7UL, preVote 3UL 6UL)
        |> says [ "gives its pre-vote to bob in term 7" ]

        teller.Receive(3UL, 7UL, preVote 1UL 6UL)
        |> says [
            "refuses its pre-vote to carol in term 7: its log ends at 1 of term 6, behind ours, which ends at 3 of term 6"
        ]

    [<Fact>]
    member _.``Why a leader stepped down``() =
        let teller = leader ()
        teller.Receive(3UL, 7UL, MessageBody.AppendAccepted 4UL) |> ignore

        teller.Tick 10 |> says [ "no sign of life for an election timeout: bob" ]

        teller.Tick 10
        |> says [
            "steps down from term 7: no quorum answered within an election timeout (heard: nobody; silent: bob, carol)"
        ]

        let teller = leader ()

        teller.Receive(2UL, 9UL, MessageBody.Heartbeat(1UL, 0UL))
        |> says [
            "steps down from term 7: bob leads in term 9"
            "follows bob, which leads term 9"
        ]

    [<Fact>]
    member _.``Leadership handed over``() =
        let teller = leader ()
        teller.Receive(3UL, 7UL, MessageBody.AppendAccepted 4UL) |> ignore

        teller.Step(Input.TransferRequested 3UL)
        |> says [
            "hands leadership to carol"
            "tells carol, which has the whole log, to campaign at once"
        ]

        let teller = follower ()

        teller.Receive(2UL, 6UL, MessageBody.TimeoutNow)
        |> says [
            "asks for votes in term 7 at once, as bob hands leadership over; its log ends at 3 of term 6"
        ]

    [<Fact>]
    member _.``Entries that give way, and a snapshot``() =
        let teller = follower ()
        let append = MessageBody.Append(1UL, 5UL, [| entry 2UL 7UL |], 1UL)

        teller.Receive(3UL, 7UL, append)
        |> says [
            "follows carol, which leads term 7"
            "drops its entries from 2 to 3 of term 6, which were not committed, for those of the leader from 2 of term 7 on"
        ]

        let mark = SnapshotMark(90UL, 7UL, Configuration.OfVoters [| 1UL; 2UL; 3UL |])

        teller.Receive(3UL, 7UL, MessageBody.InstallSnapshot mark)
        |> says [
            "takes the leader's snapshot up to 90 of term 7 instead of its log, which ended at 2 of term 7"
        ]

    [<Fact>]
    member _.``What a leader sees of the others``() =
        let teller = leader ()

        teller.Receive(2UL, 7UL, MessageBody.AppendRejected(3UL, 1UL, 5UL))
        |> says [ "bob does not have entry 3 of this log: tries from 2 on" ]

        teller.Step(Input.PeerUnreachable 3UL)
        |> says [ "1 x messages to carol are dropped" ]

        teller.Step(Input.SnapshotSent(2UL, 9UL, false))
        |> says [ "the snapshot at 9 did not reach bob" ]

    [<Fact>]
    member _.``What is not taken``() =
        let data: ReadOnlyMemory<byte> = ReadOnlyMemory [| 1uy |]

        member1().Step(Input.Proposed [| data; data |])
        |> says [ "2 x proposals not taken: no leader is known" ]

        member1().Step(Input.ReadRequested 5UL)
        |> says [ "1 x reads not taken: no leader is known" ]

        let step: ConfigurationStep = {
            Operation = ConfigurationOperation.Remove
            Node = 9UL
        }

        let teller = leader ()
        teller.Receive(3UL, 7UL, MessageBody.AppendAccepted 4UL) |> ignore
        teller.Step(Input.Applied 4UL) |> ignore

        teller.Step(
            Input.ConfigurationProposed(ConfigurationChange([| step |], ReadOnlyMemory.Empty))
        )
        |> says [
            "is asked for a change of the members: without 9"
            "refuses a change of the members: it is not possible"
        ]

    [<Fact>]
    member _.``Members that change``() =
        let step: ConfigurationStep = {
            Operation = ConfigurationOperation.AddLearner
            Node = 4UL
        }

        let teller = leader ()
        teller.Receive(3UL, 7UL, MessageBody.AppendAccepted 4UL) |> ignore
        teller.Step(Input.Applied 4UL) |> ignore

        teller.Step(
            Input.ConfigurationProposed(ConfigurationChange([| step |], ReadOnlyMemory.Empty))
        )
        |> says [ "is asked for a change of the members: learner 4" ]

        teller.Write() |> ignore

        teller.Receive(3UL, 7UL, MessageBody.AppendAccepted 5UL)
        |> says [ "the members are, as of entry 5: voters alice, bob, carol; learners 4" ]

    [<Fact>]
    member _.``The daily business is not told``() =
        let teller = leader ()
        teller.Tick 3 |> says []
        teller.Receive(3UL, 7UL, MessageBody.AppendAccepted 4UL) |> says []
        teller.Receive(3UL, 7UL, MessageBody.HeartbeatResponse 0UL) |> says []
        teller.Step(Input.Proposed [| ReadOnlyMemory [| 1uy |] |]) |> says []
        teller.Step(Input.ReadRequested 5UL) |> says []
