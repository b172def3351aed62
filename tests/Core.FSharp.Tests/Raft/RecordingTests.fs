// What a recorder keeps: a state that is read is the one written, a run repeated from it and from the
// inputs behind it comes to the same outcome at every step, and no command is in the bytes.
namespace Kv.Core.Tests.Raft

open System
open System.Buffers
open System.Collections.Generic
open System.Text
open Kv.Core
open Kv.Core.Raft
open FsCheck.Xunit
open Xunit

[<RequireQualifiedAccess>]
module internal Recorded =
    let private written (write: IBufferWriter<byte> -> unit) : byte[] =
        let writer = ArrayBufferWriter<byte>()
        write writer
        writer.WrittenMemory.ToArray()

    let stateBytes (state: RaftState) =
        written (fun writer -> RecordingCodec.WriteState(state, writer))

    let inputBytes (input: Input) =
        written (fun writer -> RecordingCodec.WriteInput(input, writer))

    let state (bytes: byte[]) =
        let mutable state: RaftState = null
        let isSound = RecordingCodec.TryReadState(ReadOnlyMemory bytes, &state)
        Assert.Equal(isSound, not (isNull state))
        state

    let input (bytes: byte[]) =
        let mutable input = Unchecked.defaultof<Input>

        if RecordingCodec.TryReadInput(ReadOnlyMemory bytes, &input) then
            ValueSome input
        else
            ValueNone

/// Repeats what a member does from recorded bytes, begins again now and then, and compares.
type internal Repeater(period: int) =
    let output = StepOutput(RecordsEvents = true)
    let mutable last: RaftState = null
    let mutable copy: RaftState = null
    let mutable steps = 0


    member _.Steps = steps

    member _.Step(host: Member, start: RaftState, input: Input) =
        if not (Object.ReferenceEquals(start, last)) || steps % period = 0 then
            copy <- Recorded.state (Recorded.stateBytes start)
            Assert.NotNull copy

        let read = Recorded.input (Recorded.inputBytes input)
        Assert.True read.IsSome
        copy <- RaftMachine.Step(copy, read.Value, output)
        Assert.Equal(Fingerprint.Of(host.State, host.Output), Fingerprint.Of(copy, output))
        Assert.Equal(host.Output.Events.Count, output.Events.Count)
        output.Clear()
        steps <- steps + 1
        last <- host.State

        if steps % period = 0 then
            Assert.Equal(StateFields.show host.State, StateFields.show copy)

type RecordingTests() =
    let restored () =
        let configuration = Configuration.OfVoters [| 1UL; 2UL; 3UL |]

        RaftMachine.Restore(
            RaftOptions(1UL, 10, 1, 5UL),
            { Term = 2UL; Vote = 1UL; Commit = 0UL },
            SnapshotMark(0UL, 0UL, configuration),
            [| Entry(1UL, 2UL, EntryKind.Normal, ReadOnlyMemory [| 1uy; 2uy |]) |]
        )

    [<Fact>]
    member _.``Random runs are repeated from recorded states and inputs``() =
        let mutable steps = 0

        for seed in 101UL .. 130UL do
            let repeaters = Dictionary<NodeId, Repeater>()
            let schedule = Schedule seed

            schedule.Cluster.Watcher <-
                fun host start input ->
                    if not (repeaters.ContainsKey host.Id) then
                        repeaters[host.Id] <- Repeater(7 + int (seed % 40UL))

                    repeaters[host.Id].Step(host, start, input)

            schedule.Run 1200 |> ignore

            for repeater in repeaters.Values do
                steps <- steps + repeater.Steps

        Assert.True(steps > 10_000, "the runs repeat too little to show anything")

    [<Fact>]
    member _.``Every setting comes back``() =
        let options =
            RaftOptions(
                9UL,
                20,
                3,
                UInt64.MaxValue,
                PreVote = false,
                CheckQuorum = false,
                AppendBytesMax = 101,
                InflightCountMax = 102,
                InflightBytesMax = 103,
                UncommittedBytesMax = 104,
                TailEntriesMax = 105,
                TailBytesMax = 106
            )

        // A new setting has to be recorded, and to be here.
        Assert.Equal(12, typeof<RaftOptions>.GetProperties().Length)

        let state =
            RaftMachine.Restore(
                options,
                { Term = 0UL; Vote = 0UL; Commit = 0UL },
                SnapshotMark(7UL, 3UL, Configuration.OfVoters [| 9UL |]),
                [||]
            )

        let copy = Recorded.state (Recorded.stateBytes state)
        Assert.Equal(StateFields.show state, StateFields.show copy)

    [<Property(MaxTest = 1000)>]
    member _.``A message comes back, but for commands``(seed: int) =
        let original = AnyMessage.message UInt64.MaxValue (Random seed)
        let bytes = Recorded.inputBytes (Input.Received original)

        match Recorded.input bytes with
        | ValueSome(Input.Received read) ->
            Assert.Equal<byte>(bytes, Recorded.inputBytes (Input.Received read))
            Assert.Equal(original.From, read.From)
            Assert.Equal(original.To, read.To)
            Assert.Equal(original.Term, read.Term)

            match original.Body, read.Body with
            | MessageBody.Append(_, _, entries, _), MessageBody.Append(_, _, copies, _) ->
                let size (entry: Entry) =
                    struct (entry.Index, entry.Term, entry.Kind, entry.Data.Length)

                Assert.Equal<struct (_ * _ * _ * _)>(Array.map size entries, Array.map size copies)
            | MessageBody.Propose(_, payloads), MessageBody.Propose(_, copies) ->
                let lengths = Array.map (fun (data: ReadOnlyMemory<byte>) -> data.Length)
                Assert.Equal<int>(lengths payloads, lengths copies)
            | _ -> Assert.Equal(Describe.Message original, Describe.Message read)
        | _ -> Assert.Fail "not a message"

    [<Fact>]
    member _.``Every other input comes back``() =
        let step: ConfigurationStep = {
            Operation = ConfigurationOperation.AddLearner
            Node = 4UL
        }

        let inputs = [
            Input.Tick
            Input.ConfigurationProposed(
                ConfigurationChange([| step |], ReadOnlyMemory [| 1uy; 2uy |])
            )
            Input.ReadRequested 300UL
            Input.Persisted UInt64.MaxValue
            Input.Applied 0UL
            Input.TransferRequested 2UL
            Input.SnapshotSent(3UL, 4UL, true)
            Input.SnapshotSent(3UL, 4UL, false)
            Input.PeerUnreachable 5UL
            Input.CampaignRequested
        ]

        for original in inputs do
            match Recorded.input (Recorded.inputBytes original) with
            | ValueSome read -> Assert.Equal(Describe.Input original, Describe.Input read)
            | ValueNone -> Assert.Fail("not read: " + Describe.Input original)

    [<Fact>]
    member _.``No command is in what is kept``() =
        let secret = "correct horse battery staple"
        let data = ReadOnlyMemory(Encoding.ASCII.GetBytes secret)

        let entry index =
            Entry(index, 2UL, EntryKind.Normal, data)

        let append = MessageBody.Append(1UL, 2UL, [| entry 2UL; entry 3UL |], 1UL)
        let propose = MessageBody.Propose(EntryKind.Normal, [| data |])

        let state =
            RaftMachine.Step(
                restored (),
                Input.Received(Message(2UL, 1UL, 2UL, append)),
                StepOutput()
            )

        Assert.Equal(3UL, state.Status.LastIndex)

        let kept = [
            Recorded.stateBytes state
            Recorded.inputBytes (Input.Received(Message(2UL, 1UL, 2UL, append)))
            Recorded.inputBytes (Input.Received(Message(2UL, 1UL, 2UL, propose)))
            Recorded.inputBytes (Input.Proposed [| data; data |])
        ]

        for bytes in kept do
            Assert.DoesNotContain(secret.Substring(0, 4), Encoding.Latin1.GetString bytes)

    [<Fact>]
    member _.``Commands of one length in a row cost no more than one``() =
        let data = ReadOnlyMemory(Array.zeroCreate<byte> 256)
        let bytes = Recorded.inputBytes (Input.Proposed(Array.create 1_000 data))
        Assert.InRange(bytes.Length, 1, 8)

    [<Property(MaxTest = 1000)>]
    member _.``Damaged bytes give something or nothing, never an error``(seed: int) =
        let random = Random seed

        let damage (bytes: byte[]) =
            for _ in 1 .. 1 + random.Next 3 do
                bytes[random.Next bytes.Length] <- byte (random.Next 256)

            Array.truncate (1 + random.Next bytes.Length) bytes

        let message = AnyMessage.message UInt64.MaxValue random
        Recorded.state (damage (Recorded.stateBytes (restored ()))) |> ignore
        Recorded.input (damage (Recorded.inputBytes (Input.Received message))) |> ignore

    [<Fact>]
    member _.``Another input or another state is another fingerprint``() =
        let outcome (state: RaftState) (input: Input) =
            let output = StepOutput()
            Fingerprint.Of(RaftMachine.Step(state, input, output), output)

        let vote term index =
            Input.Received(Message(2UL, 1UL, term, MessageBody.VoteRequest(index, 2UL, true)))

        let outcomes = [
            outcome (restored ()) Input.Tick
            outcome (restored ()) Input.CampaignRequested
            outcome (restored ()) (vote 3UL 1UL)
            outcome (restored ()) (vote 3UL 0UL)
            outcome (restored ()) (vote 4UL 1UL)
            outcome (RaftMachine.Step(restored (), Input.Tick, StepOutput())) Input.Tick
        ]

        Assert.Equal(outcomes.Length, (List.distinct outcomes).Length)
        Assert.Equal(outcome (restored ()) (vote 3UL 1UL), outcomes[2])
