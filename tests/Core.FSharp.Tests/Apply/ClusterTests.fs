// Members, alarms and the agreed version in the replicated state (etcd-facts M8, M10, N3-N5).
module Kv.Core.Tests.Apply.ClusterTests

open Xunit
open Kv.Core.Mvcc
open Kv.Core.Apply
open Kv.Core.Tests.Reference

let private added id url isLearner =
    Member(id, "", [| url |], [||], isLearner)

let private find (store: TestStore) id =
    store.State.Members |> Seq.find (fun one -> one.Id = id)

[<Fact>]
let ``members are added by ascending id, each id and URL once`` () =
    let store = TestStore()
    store.Get<EmptyReply>(Command.MemberAdd(added 9UL "http://c" true)) |> ignore
    store.Get<EmptyReply>(Command.MemberAdd(added 2UL "http://b" false)) |> ignore
    Assert.Equal<uint64 list>([ 2UL; 7UL; 9UL ], [ for one in store.State.Members -> one.Id ])
    Assert.Equal(StoreError.MemberExists, store.Fail(Command.MemberAdd(added 9UL "http://d" true)))
    Assert.Equal(StoreError.PeerUrlsExist, store.Fail(Command.MemberAdd(added 4UL "http://b" true)))

[<Fact>]
let ``M8 a removed id never comes back`` () =
    let store = TestStore()
    store.Get<EmptyReply>(Command.MemberAdd(added 9UL "http://c" true)) |> ignore
    store.Get<EmptyReply>(Command.MemberRemove 9UL) |> ignore
    Assert.Equal<uint64 list>([ 9UL ], List.ofSeq store.State.RemovedMembers)

    let fail command =
        Assert.Equal(StoreError.MemberNotFound, store.Fail command)

    fail (Command.MemberAdd(added 9UL "http://c" true))
    fail (Command.MemberRemove 9UL)
    fail (Command.MemberPromote 9UL)
    fail (Command.MemberUpdate(9UL, [| "http://x" |]))
    fail (Command.MemberPublish(9UL, "n", [||]))

[<Fact>]
let ``a learner is promoted once`` () =
    let store = TestStore()
    store.Get<EmptyReply>(Command.MemberAdd(added 9UL "http://c" true)) |> ignore
    store.Get<EmptyReply>(Command.MemberPromote 9UL) |> ignore
    Assert.False (find store 9UL).IsLearner
    Assert.Equal(StoreError.MemberNotLearner, store.Fail(Command.MemberPromote 9UL))
    Assert.Equal(StoreError.MemberNotFound, store.Fail(Command.MemberPromote 8UL))

[<Fact>]
let ``M10 an update changes the URLs and nothing else`` () =
    let store = TestStore()
    store.Get<EmptyReply>(Command.MemberAdd(added 9UL "http://c" true)) |> ignore

    store.Get<EmptyReply>(Command.MemberPublish(9UL, "nine", [| "http://client" |]))
    |> ignore

    store.Get<EmptyReply>(Command.MemberUpdate(9UL, [| "http://e"; "http://c" |]))
    |> ignore

    let nine = find store 9UL
    Assert.Equal<string[]>([| "http://e"; "http://c" |], nine.PeerUrls)
    Assert.Equal<string[]>([| "http://client" |], nine.ClientUrls)
    Assert.Equal("nine", nine.Name)
    Assert.True nine.IsLearner
    let taken = Command.MemberUpdate(9UL, TestStore.Members[0].PeerUrls)
    Assert.Equal(StoreError.PeerUrlsExist, store.Fail taken)

[<Fact>]
let ``the agreed version is kept`` () =
    let store = TestStore()
    Assert.Equal("", store.State.ClusterVersion)
    store.Get<EmptyReply>(Command.ClusterVersion "3.6.0") |> ignore
    Assert.Equal("3.6.0", store.State.ClusterVersion)

[<Fact>]
let ``alarms are a set, in order, and the kind that is none is no alarm`` () =
    let store = TestStore()

    let raised node kind =
        store.Get<EmptyReply>(Command.AlarmRaise(node, kind)) |> ignore

    raised 9UL AlarmKind.NoSpace
    raised 7UL AlarmKind.Corrupt
    raised 7UL AlarmKind.NoSpace
    raised 7UL AlarmKind.NoSpace
    raised 7UL AlarmKind.None
    let alarms () = [ for struct (node, kind) in store.State.Alarms -> node, kind ]

    Assert.Equal<(uint64 * AlarmKind) list>(
        [ 7UL, AlarmKind.NoSpace; 7UL, AlarmKind.Corrupt; 9UL, AlarmKind.NoSpace ],
        alarms ()
    )

    store.Get<EmptyReply>(Command.AlarmClear(7UL, AlarmKind.Corrupt)) |> ignore
    store.Get<EmptyReply>(Command.AlarmClear(1UL, AlarmKind.NoSpace)) |> ignore
    Assert.Equal(2, (alarms ()).Length)

let private txnOf operation =
    Command.Txn(Ask.txn [] [] [ operation ])

[<Fact>]
let ``N3 without space nothing is added, and everything else goes on`` () =
    let store = TestStore()
    store.Put("a", "1") |> ignore
    store.Put("b", "1") |> ignore
    store.Get<LeaseReply>(Command.LeaseGrant(5L, 60L)) |> ignore
    store.Get<EmptyReply>(Command.AlarmRaise(7UL, AlarmKind.NoSpace)) |> ignore
    let put = Operation.Put(Ask.put "c" "1")

    for command in
        [
            Command.Put(Ask.put "a" "2")
            Command.LeaseGrant(6L, 60L)
            txnOf put
            txnOf (Operation.Txn(Ask.txn [] [ put ] []))
        ] do
        Assert.Equal(StoreError.NoSpace, store.Fail command)

    for command in
        [
            Command.DeleteRange(Ask.delete "a" "")
            txnOf (Operation.Delete(Ask.delete "b" ""))
            Command.Compact 2L
            Command.LeaseRevoke 5L
            Command.AlarmClear(7UL, AlarmKind.NoSpace)
            Command.Put(Ask.put "a" "2")
        ] do
        Assert.Equal(StoreError.None, (store.Do command).Error)

[<Fact>]
let ``N4 space freed does not end the alarm by itself`` () =
    let store = TestStore()
    store.Put("a", "1") |> ignore
    store.Get<EmptyReply>(Command.AlarmRaise(7UL, AlarmKind.NoSpace)) |> ignore
    store.Delete("a", "") |> ignore
    Assert.Equal(StoreError.NoSpace, store.Fail(Command.Put(Ask.put "a" "2")))

[<Fact>]
let ``the damage of a member is its own affair, and goes with it`` () =
    let store = TestStore()
    store.Get<EmptyReply>(Command.MemberAdd(added 9UL "http://c" false)) |> ignore
    store.Get<EmptyReply>(Command.AlarmRaise(9UL, AlarmKind.Corrupt)) |> ignore
    store.Put("a", "1") |> ignore
    Assert.Single store.State.Alarms |> ignore
    store.Get<EmptyReply>(Command.MemberRemove 9UL) |> ignore
    Assert.Empty store.State.Alarms
    store.Put("a", "2") |> ignore

[<Fact>]
let ``N5 a corrupt cluster refuses everything that changes data`` () =
    let store = TestStore()
    store.Put("a", "1") |> ignore
    store.Get<LeaseReply>(Command.LeaseGrant(5L, 60L)) |> ignore
    store.Get<EmptyReply>(Command.AlarmRaise(77UL, AlarmKind.Corrupt)) |> ignore

    for command in
        [
            Command.Put(Ask.put "a" "2")
            Command.DeleteRange(Ask.delete "a" "")
            txnOf (Operation.Range(Ask.range "a" ""))
            Command.Compact 2L
            Command.LeaseGrant(6L, 60L)
            Command.LeaseRevoke 5L
            Command.LeaseExpire [| 5L |]
        ] do
        Assert.Equal(StoreError.Corrupt, store.Fail command)

    store.Get<EmptyReply>(Command.MemberAdd(added 9UL "http://c" true)) |> ignore
    store.Get<EmptyReply>(Command.AlarmClear(77UL, AlarmKind.Corrupt)) |> ignore
    store.Put("a", "2") |> ignore

[<Fact>]
let ``N10 one downgrade at a time, and it is in the snapshot`` () =
    let store = TestStore()
    Assert.Equal(StoreError.NoDowngrade, store.Fail(Command.Downgrade ""))
    let before = store.State.StateHash()
    store.Get<EmptyReply>(Command.Downgrade "3.5.0") |> ignore
    Assert.NotEqual(before, store.State.StateHash())
    Assert.Equal(StoreError.DowngradeInProcess, store.Fail(Command.Downgrade "3.5.0"))
    Assert.Equal("3.5.0", (Snapshot.read (Snapshot.blocks store.State)).DowngradeTarget)
    store.Get<EmptyReply>(Command.Downgrade "") |> ignore
    Assert.Equal(before, store.State.StateHash())
