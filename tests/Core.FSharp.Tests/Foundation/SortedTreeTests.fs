// SortedTree against SortedDictionary: the same random edits on both, with and without tokens, and
// old roots looked at again after everything that happened to their successors.
module Kv.Core.Tests.Foundation.SortedTreeTests

open System
open System.Collections.Generic
open FsCheck.Xunit
open Xunit
open Kv.Core

[<Struct; NoEquality; NoComparison>]
type Pair =
    val Key: int
    val Value: int
    new(key, value) = { Key = key; Value = value }

/// Even values weigh 1, odd ones nothing.
[<Struct; NoEquality; NoComparison>]
type internal PairOrder =
    interface ITreeOrder<int, int, Pair> with
        member _.KeyOf item = item.Key
        member _.Compare(probe, key) = probe.CompareTo key
        member _.Weight item = if item.Value % 2 = 0 then 1 else 0

type internal PairTree = SortedTree<int, int, Pair, PairOrder>

[<Struct; NoEquality; NoComparison>]
type internal PairCollector =
    val Into: List<struct (int * int)>
    val Max: int
    new(into, most) = { Into = into; Max = most }

    interface ITreeVisitor<Pair> with
        member this.Visit item =
            this.Into.Add(struct (item.Key, item.Value))
            this.Into.Count < this.Max

/// Adds to what is there, so that an edit sees the item it replaces.
[<Struct; NoEquality; NoComparison>]
type internal AddEdit =
    val Key: int
    val Amount: int
    val mutable Existed: bool

    new(key, amount) =
        {
            Key = key
            Amount = amount
            Existed = false
        }

    interface ITreeEdit<Pair> with
        member this.Insert() = Pair(this.Key, this.Amount)

        member this.Replace existing =
            this.Existed <- true
            Pair(this.Key, existing.Value + this.Amount)

let private contentOf (tree: PairTree) (weightedOnly: bool) =
    let into = List<struct (int * int)>()
    let mutable collector = PairCollector(into, Int32.MaxValue)
    tree.ScanAll(weightedOnly, &collector) |> ignore
    into.ToArray()

let private expectedOf (model: SortedDictionary<int, int>) =
    model |> Seq.map (fun pair -> struct (pair.Key, pair.Value)) |> Array.ofSeq

let private same (model: SortedDictionary<int, int>) (tree: PairTree) =
    tree.CheckStructure()
    Assert.Equal<struct (int * int)[]>(expectedOf model, contentOf tree false)

    let isWeighty (struct (_, value): struct (int * int)) = value % 2 = 0
    let weighty = expectedOf model |> Array.filter isWeighty
    Assert.Equal(weighty.Length, tree.Weight)
    Assert.Equal<struct (int * int)[]>(weighty, contentOf tree true |> Array.filter isWeighty)

let private edit (random: Random) (range: int) (removes: int) (token: EditToken) tree model =
    let model: SortedDictionary<int, int> = model
    let tree: PairTree = tree
    let key = random.Next range

    if random.Next 100 < removes then
        model.Remove key |> ignore
        tree.Remove(token, key)
    elif random.Next 4 = 0 then
        let mutable add = AddEdit(key, 1)
        let next = tree.Update<AddEdit>(token, key, &add)
        Assert.Equal(model.ContainsKey key, add.Existed)
        model[key] <- if add.Existed then model[key] + 1 else 1
        next
    else
        let value = random.Next 1_000
        model[key] <- value
        tree.Put(token, key, Pair(key, value))

/// Every item is found where the separators lead.
let private allFound (model: SortedDictionary<int, int>) (tree: PairTree) =
    let mutable item = Unchecked.defaultof<Pair>

    for pair in model do
        Assert.True(tree.TryFind(pair.Key, &item))
        Assert.Equal(pair.Value, item.Value)

[<Property(MaxTest = 12)>]
let ``a deep tree keeps its order when whole regions empty and fill again`` (seed: int) =
    let random = Random seed
    let count = 12_000
    let mutable tree = PairTree.Build(Array.init count (fun i -> Pair(i * 4, i)), count)
    let model = SortedDictionary<int, int>()

    for i in 0 .. count - 1 do
        model[i * 4] <- i

    for _ in 1..40 do
        let token = EditToken()
        let start = random.Next(count * 4)
        let stop = start + random.Next 6_000

        for key in start..stop do
            if model.Remove key then
                tree <- tree.Remove(token, key)

        // Few come back, below what the nodes around were split at.
        for _ in 1 .. random.Next 60 do
            let key = random.Next(start, stop + 1)
            model[key] <- key
            tree <- tree.Put(token, key, Pair(key, key))

    same model tree
    allFound model tree

[<Property(MaxTest = 60)>]
let ``random edits under tokens equal SortedDictionary and leave old roots alone`` (seed: int) =
    let random = Random seed
    let range = [| 20; 300; 5_000 |][random.Next 3]
    let model = SortedDictionary<int, int>()
    let mutable tree = PairTree.Empty
    let kept = List<struct (PairTree * SortedDictionary<int, int>)>()

    for batch in 1..12 do
        let token = if random.Next 5 = 0 then null else EditToken()
        // Some batches mostly grow the tree, others mostly shrink it.
        let removes = if batch % 3 = 0 then 85 else 20

        for _ in 1 .. random.Next 300 do
            tree <- edit random range removes token tree model

        kept.Add(struct (tree, SortedDictionary<int, int>(model)))

    for struct (old, expected) in kept do
        same expected old
        allFound expected old

[<Property(MaxTest = 40)>]
let ``find, floor, ceiling, rank and scans equal the model`` (seed: int) =
    let random = Random seed
    let range = [| 40; 400; 4_000 |][random.Next 3]
    let model = SortedDictionary<int, int>()
    let mutable tree = PairTree.Empty
    let token = EditToken()

    for _ in 1 .. random.Next 2_000 do
        tree <- edit random range 25 token tree model

    let all = expectedOf model
    let key (struct (key, _): struct (int * int)) = key
    let weight (struct (_, value): struct (int * int)) = if value % 2 = 0 then 1 else 0

    for _ in 1..40 do
        let probe = random.Next(-2, range + 2)
        let mutable item = Unchecked.defaultof<Pair>

        let expect (expected: struct (int * int) option) (found: bool) (item: Pair) =
            Assert.Equal(expected.IsSome, found)

            expected
            |> Option.iter (fun pair -> Assert.Equal(pair, struct (item.Key, item.Value)))

        let found = tree.TryFind(probe, &item)
        expect (all |> Array.tryFind (fun pair -> key pair = probe)) found item
        let found = tree.TryFloor(probe, &item)
        expect (all |> Array.tryFindBack (fun pair -> key pair <= probe)) found item
        let found = tree.TryCeiling(probe, &item)
        expect (all |> Array.tryFind (fun pair -> key pair >= probe)) found item

        let below = all |> Array.filter (fun pair -> key pair < probe) |> Array.sumBy weight
        Assert.Equal(below, tree.WeightBelow probe)

        let upper = random.Next(probe, range + 3)

        let between =
            all |> Array.filter (fun pair -> key pair >= probe && key pair < upper)

        let from = all |> Array.filter (fun pair -> key pair >= probe)
        let into = List<struct (int * int)>()
        let most = 1 + random.Next 50

        let check (expected: struct (int * int)[]) =
            Assert.Equal<struct (int * int)[]>(Array.truncate most expected, into.ToArray())
            into.Clear()

        let mutable collector = PairCollector(into, most)

        let isWhole = tree.ScanBetween(probe, upper, false, &collector)
        Assert.Equal(between.Length < most, isWhole)
        check between
        tree.ScanBackBetween(probe, upper, false, &collector) |> ignore
        check (Array.rev between)
        tree.ScanFrom(probe, false, &collector) |> ignore
        check from
        tree.ScanBackFrom(probe, false, &collector) |> ignore
        check (Array.rev from)

[<Theory>]
[<InlineData(0)>]
[<InlineData(1)>]
[<InlineData(32)>]
[<InlineData(33)>]
[<InlineData(1025)>]
[<InlineData(40000)>]
let ``bulk build equals the input and can be edited`` (count: int) =
    let items = Array.init count (fun i -> Pair(i * 2, i))
    let built = PairTree.Build(items, count)
    let model = SortedDictionary<int, int>()

    for item in items do
        model[item.Key] <- item.Value

    same model built
    let token = EditToken()
    let mutable tree = built

    for i in 0..7..count do
        tree <- tree.Remove(token, i * 2).Put(token, i * 2 + 1, Pair(i * 2 + 1, 4))

    same model built

    for i in 0..7..count do
        model.Remove(i * 2) |> ignore
        model[i * 2 + 1] <- 4

    same model tree

[<Fact>]
let ``filling in order makes full leaves, and emptying leaves nothing`` () =
    let token = EditToken()
    let mutable tree = PairTree.Empty

    for i in 0..9_999 do
        tree <- tree.Put(token, i, Pair(i, 0))

    tree.CheckStructure()
    Assert.Equal(10_000, tree.Weight)
    let mutable item = Unchecked.defaultof<Pair>
    Assert.True(tree.TryAt(1_234, &item))
    Assert.Equal(1_234, item.Key)
    Assert.False(tree.TryAt(10_000, &item))
    Assert.True(tree.TryLast(&item))
    Assert.Equal(9_999, item.Key)

    for i in 0..9_999 do
        tree <- tree.Remove(token, i)

    Assert.True tree.IsEmpty

[<Fact>]
let ``a scan of what weighs passes over what does not`` () =
    let items = Array.init 10_000 (fun i -> Pair(i, (if i = 7_000 then 2 else 1)))
    let visited = contentOf (PairTree.Build(items, items.Length)) true
    Assert.Contains(struct (7_000, 2), visited)
    Assert.InRange(visited.Length, 1, TreeNode.WidthMax)

[<Fact>]
let ``removing what is not there gives the same tree`` () =
    let tree = PairTree.Empty.Put(null, 1, Pair(1, 2)).Remove(EditToken(), 5)
    Assert.Equal<struct (int * int)[]>([| struct (1, 2) |], contentOf tree false)
