// Majorities against their definition, and the algebra of membership.
namespace Kv.Core.Tests.Raft

open System
open Kv.Core
open Kv.Core.Raft
open FsCheck.Xunit
open Xunit

type QuorumTests() =
    let voters (count: int) = [| 1UL .. uint64 count |]

    [<Property>]
    member _.``A value is reached if a majority has it``(size: byte, values: uint16[]) =
        let voters = voters (1 + int size % 9)

        let valueOf (node: NodeId) =
            if values.Length = 0 then
                0UL
            else
                uint64 values[int node % values.Length]

        let reached = Quorum.reached voters valueOf

        let have value =
            voters |> Array.filter (fun voter -> valueOf voter >= value) |> Array.length

        Assert.True(have reached * 2 > voters.Length)
        Assert.True(have (reached + 1UL) * 2 <= voters.Length)

    [<Property>]
    member _.``A vote is decided when nothing can change it``
        (size: byte, answers: Nullable<bool>[])
        =
        let voters = voters (1 + int size % 9)

        let answer (node: NodeId) =
            if int node <= answers.Length then
                answers[int node - 1]
            else
                Nullable()

        let granted node =
            (answer node).HasValue && (answer node).Value

        let rejected node =
            (answer node).HasValue && not (answer node).Value

        let count test =
            voters |> Array.filter test |> Array.length

        let yes = count granted
        let open' = voters.Length - yes - count rejected

        let expected =
            if yes * 2 > voters.Length then
                VoteResult.Won
            elif (yes + open') * 2 > voters.Length then
                VoteResult.Pending
            else
                VoteResult.Lost

        Assert.Equal(expected, Quorum.vote voters granted rejected)

    [<Fact>]
    member _.``While joint both majorities are needed``() =
        let joint =
            Configuration([| 1UL; 2UL; 3UL |], [| 3UL; 4UL; 5UL |], [||], [||], true)

        let none _ = false
        let of' (nodes: NodeId list) node = List.contains node nodes
        Assert.Equal(VoteResult.Won, Quorum.voteOfBoth joint (of' [ 1UL; 3UL; 4UL ]) none)
        Assert.Equal(VoteResult.Pending, Quorum.voteOfBoth joint (of' [ 1UL; 2UL; 3UL ]) none)
        Assert.Equal(VoteResult.Lost, Quorum.voteOfBoth joint none (of' [ 4UL; 5UL ]))
        let value node = if node <= 3UL then 9UL else 4UL
        Assert.Equal(4UL, Quorum.reachedByBoth joint value)

    [<Fact>]
    member _.``Nobody constrains nothing``() =
        Assert.Equal(UInt64.MaxValue, Quorum.reached [||] (fun _ -> 0UL))
        Assert.Equal(VoteResult.Won, Quorum.vote [||] (fun _ -> false) (fun _ -> true))

type MembershipTests() =
    let steps (codes: byte[]) : ConfigurationStep[] =
        codes
        |> Array.truncate 5
        |> Array.map (fun code -> {
            Operation = LanguagePrimitives.EnumOfValue(code / 8uy % 4uy)
            Node = uint64 (code % 8uy) + 1UL
        })

    let step operation node : ConfigurationStep = { Operation = operation; Node = node }
    let add = step ConfigurationOperation.AddVoter
    let learn = step ConfigurationOperation.AddLearner
    let remove = step ConfigurationOperation.Remove
    let describe (c: Configuration) = Describe.Configuration c

    /// The direct way: what the steps mean without any joint configuration.
    let direct (start: Configuration) (changes: ConfigurationStep[]) =
        let mutable voters = Set.ofArray start.Voters
        let mutable learners = Set.ofArray start.Learners

        for change in changes do
            match change.Operation with
            | ConfigurationOperation.AddVoter ->
                voters <- voters.Add change.Node
                learners <- learners.Remove change.Node
            | ConfigurationOperation.AddLearner ->
                voters <- voters.Remove change.Node
                learners <- learners.Add change.Node
            | ConfigurationOperation.Update -> ()
            | _ ->
                voters <- voters.Remove change.Node
                learners <- learners.Remove change.Node

        Configuration(Set.toArray voters, [||], Set.toArray learners, [||], false)

    [<Property(MaxTest = 500)>]
    member _.``Any changes keep configurations well-formed and quorums overlapping``
        (changes: byte[][])
        =
        let mutable configuration = Configuration.OfVoters [| 1UL; 2UL; 3UL |]

        for codes in changes do
            let wanted = steps codes

            match Membership.next configuration wanted with
            | ValueNone -> ()
            | ValueSome next ->
                Assert.True(Membership.isWellFormed next, describe next)
                Assert.NotEmpty next.Voters

                if next.IsJoint then
                    Assert.Equal<NodeId>(configuration.Voters, next.Outgoing)
                    Assert.True next.AutoLeave
                    let left = Membership.leave next
                    Assert.True(Membership.isWellFormed left)
                    Assert.Equal(describe (direct configuration wanted), describe left)
                    Assert.Equal(ValueNone, Membership.next next [| add 9UL |])
                    configuration <- left
                else
                    Assert.Equal(describe (direct configuration wanted), describe next)
                    Assert.True(NodeSet.difference configuration.Voters next.Voters <= 1)
                    configuration <- next

    [<Fact>]
    member _.``A demoted voter is a learner only when the joint configuration is left``() =
        let start = Configuration.OfVoters [| 1UL; 2UL; 3UL |]
        let joint = (Membership.next start [| learn 3UL; remove 2UL |]).Value
        Assert.Equal("voters (1) outgoing (1 2 3) next (3) auto", describe joint)
        let left = (Membership.next joint [||]).Value
        Assert.Equal("voters (1) learners (3)", describe left)

    [<Fact>]
    member _.``One voter's change takes effect at once``() =
        let start = Configuration.OfVoters [| 1UL; 2UL |]
        let next = (Membership.next start [| learn 3UL; learn 4UL; add 5UL |]).Value
        Assert.Equal("voters (1 2 5) learners (3 4)", describe next)

    [<Fact>]
    member _.``An update of a member leaves the configuration as it is``() =
        let start = Configuration([| 1UL; 2UL |], [||], [| 3UL |], [||], false)
        let update = step ConfigurationOperation.Update

        for id in [ 1UL; 3UL ] do
            Assert.Equal(describe start, describe (Membership.next start [| update id |]).Value)

        Assert.Equal(ValueNone, Membership.next start [| update 9UL |])

    [<Fact>]
    member _.``Impossible changes are refused``() =
        let start = Configuration([| 1UL; 2UL |], [||], [| 3UL |], [||], false)

        let refuses changes =
            Assert.Equal(ValueNone, Membership.next start changes)

        refuses [||]
        refuses [| add 0UL |]
        refuses [| add 1UL |]
        refuses [| learn 3UL |]
        refuses [| remove 9UL |]
        refuses [| remove 1UL; remove 2UL |]
        refuses [| add 4UL; remove 4UL |]
        refuses [| step (LanguagePrimitives.EnumOfValue 9uy) 4UL |]

    [<Fact>]
    member _.``Malformed configurations are recognised``() =
        let malformed (c: Configuration) =
            Assert.False(Membership.isWellFormed c, describe c)

        malformed (Configuration([| 2UL; 1UL |], [||], [||], [||], false))
        malformed (Configuration([| 1UL; 1UL |], [||], [||], [||], false))
        malformed (Configuration([| 0UL |], [||], [||], [||], false))
        malformed (Configuration([| 1UL |], [||], [| 1UL |], [||], false))
        malformed (Configuration([| 1UL |], [| 2UL |], [| 2UL |], [||], false))
        malformed (Configuration([| 1UL |], [| 2UL |], [||], [| 3UL |], false))
        malformed (Configuration([| 1UL |], [||], [||], [||], true))
