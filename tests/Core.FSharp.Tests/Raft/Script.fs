// The command language of the Raft goldens (tests/testdata/raft): a block is comments, a command, a
// line of dashes and the expected output up to an empty line. Commands name what the outside world
// does; the output is what the members ask for (`Describe`).
namespace Kv.Core.Tests.Raft

open System
open System.Collections.Generic
open System.IO
open System.Text
open Kv.Core
open Kv.Core.Raft

/// A command with its words and `name=value` settings.
type internal Command(line: string) =
    let parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)

    let settings =
        parts
        |> Array.filter (fun part -> part.Contains '=')
        |> Array.map (fun part -> part.Split('=', 2))
        |> Array.map (fun pair -> KeyValuePair(pair[0], pair[1]))
        |> Dictionary

    let words = parts |> Array.filter (fun part -> not (part.Contains '='))
    member _.Name = words[0]
    member _.Words = words[1..]

    member _.Setting(name: string, otherwise: string) =
        match settings.TryGetValue name with
        | true, value -> value
        | false, _ -> otherwise

    member this.Number(name: string, otherwise: int) =
        Int32.Parse(this.Setting(name, string otherwise))

    member this.Flag(name: string, otherwise: bool) =
        this.Setting(name, (if otherwise then "on" else "off")) = "on"

    member this.Nodes(name: string) : NodeId[] =
        this.Setting(name, "").Split(',', StringSplitOptions.RemoveEmptyEntries)
        |> Array.map UInt64.Parse

    member _.Node(position: int) : NodeId = UInt64.Parse words[position + 1]

/// Runs commands against a cluster.
type internal Script() =
    let cluster = Cluster()

    let options (command: Command) (id: NodeId) =
        RaftOptions(
            id,
            command.Number("election", 3),
            command.Number("heartbeat", 1),
            id,
            PreVote = command.Flag("prevote", false),
            CheckQuorum = command.Flag("checkquorum", false),
            AppendBytesMax = command.Number("append-bytes", 1 <<< 20),
            InflightCountMax = command.Number("inflight", 256),
            InflightBytesMax = command.Number("inflight-bytes", 1 <<< 20),
            UncommittedBytesMax = command.Number("uncommitted", 1 <<< 20),
            TailEntriesMax = command.Number("tail", 5000),
            TailBytesMax = command.Number("tail-bytes", 1 <<< 20)
        )

    let start (command: Command) =
        let configuration =
            Configuration(
                command.Nodes "voters",
                command.Nodes "outgoing",
                command.Nodes "learners",
                [||],
                command.Flag("auto", false)
            )

        let index = uint64 (command.Number("index", 0))
        let mark = SnapshotMark(index, min index 1UL, configuration)

        for id in Membership.members configuration do
            cluster.Add(options command id, mark)

    let join (command: Command) =
        for id in Array.map UInt64.Parse command.Words do
            cluster.Add(options command id, SnapshotMark(0UL, 0UL, Membership.empty))

    let bytes (text: string) =
        ReadOnlyMemory(Encoding.ASCII.GetBytes text)

    let step (text: string) : ConfigurationStep = {
        Operation =
            match text[0] with
            | '+' -> ConfigurationOperation.AddVoter
            | '~' -> ConfigurationOperation.AddLearner
            | '=' -> ConfigurationOperation.Update
            | _ -> ConfigurationOperation.Remove
        Node = UInt64.Parse(text.Substring 1)
    }

    let change (words: string[]) =
        let steps = if words = [| "leave" |] then [||] else Array.map step words
        ConfigurationChange(steps, ReadOnlyMemory.Empty)

    /// The fourth word of a message's text: what it is.
    let kindOf (message: Message) =
        let words = (Describe.Message message).Split ' '
        words[3]

    /// Messages to a member, by what their text contains.
    let messages (command: Command) =
        let from = UInt64.Parse(command.Setting("from", "0"))
        let count = command.Number("count", Int32.MaxValue)
        let kind = command.Setting("type", "")

        cluster.Network.FindAll(fun m ->
            m.To = command.Node 0
            && (from = 0UL || m.From = from)
            && (kindOf m).StartsWith(kind, StringComparison.Ordinal))
        |> Seq.truncate count
        |> Seq.toArray

    let everyone () = Seq.toArray cluster.Members.Keys

    let chosen (command: Command) =
        let numbers = command.Words |> Array.filter (fun word -> word <> "quiet")

        if numbers.Length = 0 then
            everyone ()
        else
            Array.map UInt64.Parse numbers

    let status (id: NodeId) =
        let s = cluster.Members[id].State.Status

        cluster.Say(
            String.Join(
                " ",
                string id,
                string s.Role,
                "term",
                string s.Term,
                "leader",
                string s.Leader,
                "commit",
                string s.Commit,
                "applied",
                string s.Applied,
                "log",
                string s.FirstIndex + ".." + string s.LastIndex,
                Describe.Configuration s.Configuration
            )
        )

    let feeding (id: NodeId) =
        match cluster.Members[id].State.Node.Leadership with
        | ValueSome _ ->
            let lines = (Describe.State cluster.Members[id].State).Split('\n')
            cluster.Say lines[lines.Length - 1]
        | ValueNone -> cluster.Say "not leading"

    let applied (id: NodeId) =
        for entry in cluster.Members[id].Applied do
            cluster.Say(Describe.Entry entry)

    let ticks (command: Command) =
        for _ in 1 .. command.Number("count", 1) do
            cluster.Step(command.Node 0, Input.Tick)

    /// Ticks until the member campaigns by itself.
    let timeOut (id: NodeId) =
        let mutable ticks = 0
        let role = cluster.Members[id].State.Status.Role

        while cluster.Members[id].State.Status.Role = role && ticks < 100 do
            cluster.Quietly(fun () -> cluster.Step(id, Input.Tick))
            ticks <- ticks + 1

        cluster.Say("after " + string ticks + " ticks")
        status id

    let compact (id: NodeId) =
        let host = cluster.Members[id]
        host.Disk.Compact host.Mark
        cluster.Say("disk starts behind " + string host.Mark.Index)

    let heal (command: Command) =
        for id in chosen command do
            cluster.Isolated.Remove id |> ignore

    let show (command: Command) =
        cluster.ShowsEvents <- command.Flag("events", cluster.ShowsEvents)
        cluster.ShowsEffects <- command.Flag("effects", cluster.ShowsEffects)

    let stabilize (command: Command) =
        let ids = chosen command

        if Array.contains "quiet" command.Words then
            cluster.Quietly(fun () -> cluster.Stabilize ids)
        else
            cluster.Stabilize ids

    let propose (command: Command) =
        cluster.Step(command.Node 0, Input.Proposed(Array.map bytes command.Words[1..]))

    let network () =
        for message in cluster.Network do
            cluster.Say(Describe.Message message)

    let persist (command: Command) =
        let count = command.Number("count", Int32.MaxValue)

        if not (cluster.Persist(command.Node 0, count)) then
            cluster.Say "nothing to write"

    let run (command: Command) =
        let node = command.Node
        let step input = cluster.Step(node 0, input)

        match command.Name with
        | "start" -> start command
        | "join" -> join command
        | "campaign" -> step Input.CampaignRequested
        | "tick" -> ticks command
        | "time-out" -> timeOut (node 0)
        | "propose" -> propose command
        | "change" -> step (Input.ConfigurationProposed(change command.Words[1..]))
        | "read" -> step (Input.ReadRequested(node 1))
        | "transfer" -> step (Input.TransferRequested(node 1))
        | "unreachable" -> step (Input.PeerUnreachable(node 1))
        | "deliver" -> Array.iter cluster.Deliver (messages command)
        | "drop" -> Array.iter cluster.Drop (messages command)
        | "network" -> network ()
        | "persist" -> persist command
        | "stabilize" -> stabilize command
        | "isolate" -> cluster.Isolate(chosen command)
        | "heal" -> heal command
        | "compact" -> compact (node 0)
        | "restart" -> cluster.Members[node 0].Restart()
        | "show" -> show command
        | "status" -> Array.iter status (chosen command)
        | "feeding" -> feeding (node 0)
        | "state" -> cluster.Say(Describe.State cluster.Members[node 0].State)
        | "applied" -> applied (node 0)
        | name -> raise (InvalidDataException("unknown command " + name))

    /// Runs one command and gives its output.
    member _.Run(line: string) : string =
        try
            run (Command line)
        with :? InvariantException as broken ->
            cluster.Say("broken invariant " + broken.Id)

        let text = cluster.TakeTrace()
        if text = "" then "ok\n" else text

/// Golden files: running one gives the text it should have.
[<RequireQualifiedAccess>]
module Golden =
    /// The file's text with every output replaced by what happens now.
    let replay (text: string) : string =
        let script = Script()
        let result = StringBuilder()
        let mutable isOutput = false
        let mutable command = ""

        for line in text.TrimEnd().Split('\n') do
            if line = "----" then
                result.Append("----\n").Append(script.Run command) |> ignore
                isOutput <- true
            elif line = "" then
                isOutput <- false
                result.Append '\n' |> ignore
            elif not isOutput then
                result.Append(line).Append('\n') |> ignore

                if not (line.StartsWith '#') then
                    command <- line

        result.ToString()
