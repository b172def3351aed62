// The value around the nodes: picks the right walk, builds in bulk, and can check itself.
namespace Kv.Core

open System

/// Puts one item, whatever was there.
[<Struct; NoEquality; NoComparison>]
type private PutEdit<'Item>(item: 'Item) =
    interface ITreeEdit<'Item> with
        member _.Insert() = item
        member _.Replace _ = item

[<Struct; NoEquality; NoComparison>]
type internal SortedTree<'Probe, 'Key, 'Item, 'Order
    when 'Order: struct and 'Order :> ITreeOrder<'Probe, 'Key, 'Item>> =
    val private root: TreeNode<'Key, 'Item>

    private new(root) = { root = root }

    static member Empty: SortedTree<'Probe, 'Key, 'Item, 'Order> =
        SortedTree<'Probe, 'Key, 'Item, 'Order>(null)

    member this.IsEmpty = isNull this.root

    member this.Weight = if isNull this.root then 0 else this.root.Weight

    member this.TryFind(probe: 'Probe, item: byref<'Item>) : bool =
        TreeSearch<'Probe, 'Key, 'Item, 'Order>.TryFind(this.root, probe, &item)

    member this.TryFloor(probe: 'Probe, item: byref<'Item>) : bool =
        not (isNull this.root)
        && TreeSearch<'Probe, 'Key, 'Item, 'Order>.TryFloor(this.root, probe, &item)

    member this.TryCeiling(probe: 'Probe, item: byref<'Item>) : bool =
        not (isNull this.root)
        && TreeSearch<'Probe, 'Key, 'Item, 'Order>.TryCeiling(this.root, probe, &item)

    member this.TryLast(item: byref<'Item>) : bool =
        let mutable node = this.root

        while not (isNull node) do
            match node with
            | :? TreeLeaf<'Key, 'Item> as leaf ->
                item <- leaf.Items[leaf.Length - 1]
                node <- null
            | _ ->
                let branch = node :?> TreeBranch<'Key, 'Item>
                node <- branch.Children[branch.Length - 1]

        not (isNull this.root)

    member this.TryAt(weight: int, item: byref<'Item>) : bool =
        weight < this.Weight
        && TreeSearch<'Probe, 'Key, 'Item, 'Order>.TryAt(this.root, weight, &item)

    member this.WeightBelow(probe: 'Probe) : int =
        TreeSearch<'Probe, 'Key, 'Item, 'Order>.WeightBelow(this.root, probe)

    member this.ScanAll<'Visitor when 'Visitor: struct and 'Visitor :> ITreeVisitor<'Item>>
        (weightedOnly: bool, visitor: byref<'Visitor>)
        : bool =
        let none = Unchecked.defaultof<'Probe>

        isNull this.root
        || TreeSearch<'Probe, 'Key, 'Item, 'Order>
            .Scan<'Visitor>(this.root, none, false, none, false, weightedOnly, &visitor)

    member this.ScanFrom<'Visitor when 'Visitor: struct and 'Visitor :> ITreeVisitor<'Item>>
        (lower: 'Probe, weightedOnly: bool, visitor: byref<'Visitor>)
        : bool =
        isNull this.root
        || TreeSearch<'Probe, 'Key, 'Item, 'Order>
            .Scan<'Visitor>(this.root, lower, true, lower, false, weightedOnly, &visitor)

    member this.ScanBetween<'Visitor when 'Visitor: struct and 'Visitor :> ITreeVisitor<'Item>>
        (lower: 'Probe, upper: 'Probe, weightedOnly: bool, visitor: byref<'Visitor>)
        : bool =
        isNull this.root
        || TreeSearch<'Probe, 'Key, 'Item, 'Order>
            .Scan<'Visitor>(this.root, lower, true, upper, true, weightedOnly, &visitor)

    member this.ScanBackFrom<'Visitor when 'Visitor: struct and 'Visitor :> ITreeVisitor<'Item>>
        (lower: 'Probe, weightedOnly: bool, visitor: byref<'Visitor>)
        : bool =
        isNull this.root
        || TreeSearch<'Probe, 'Key, 'Item, 'Order>
            .ScanBack<'Visitor>(this.root, lower, true, lower, false, weightedOnly, &visitor)

    member this.ScanBackBetween<'Visitor when 'Visitor: struct and 'Visitor :> ITreeVisitor<'Item>>
        (lower: 'Probe, upper: 'Probe, weightedOnly: bool, visitor: byref<'Visitor>)
        : bool =
        isNull this.root
        || TreeSearch<'Probe, 'Key, 'Item, 'Order>
            .ScanBack<'Visitor>(this.root, lower, true, upper, true, weightedOnly, &visitor)

    member this.Update<'Edit when 'Edit: struct and 'Edit :> ITreeEdit<'Item>>
        (token: EditToken, probe: 'Probe, edit: byref<'Edit>)
        : SortedTree<'Probe, 'Key, 'Item, 'Order> =
        SortedTree<'Probe, 'Key, 'Item, 'Order>(
            TreeEdit<'Probe, 'Key, 'Item, 'Order>.Update<'Edit>(this.root, token, probe, &edit)
        )

    member this.Put
        (token: EditToken, probe: 'Probe, item: 'Item)
        : SortedTree<'Probe, 'Key, 'Item, 'Order> =
        let mutable edit = PutEdit<'Item>(item)

        SortedTree<'Probe, 'Key, 'Item, 'Order>(
            TreeEdit<'Probe, 'Key, 'Item, 'Order>
                .Update<PutEdit<'Item>>(this.root, token, probe, &edit)
        )

    member this.Remove(token: EditToken, probe: 'Probe) : SortedTree<'Probe, 'Key, 'Item, 'Order> =
        let mutable item = Unchecked.defaultof<'Item>

        if TreeSearch<'Probe, 'Key, 'Item, 'Order>.TryFind(this.root, probe, &item) then
            SortedTree<'Probe, 'Key, 'Item, 'Order>(
                TreeRemove<'Probe, 'Key, 'Item, 'Order>.Remove(this.root, token, probe)
            )
        else
            this

    /// How many parts of at most the full width `length` makes, and where part `i` of them begins
    /// when they share evenly.
    static member private PartStart(length: int, parts: int, i: int) : int =
        int (int64 length * int64 i / int64 parts)

    static member private Leaves(items: 'Item[], count: int) : TreeNode<'Key, 'Item>[] * 'Key[] =
        let parts = (count + TreeNode.WidthMax - 1) / TreeNode.WidthMax
        let nodes = Array.zeroCreate<TreeNode<'Key, 'Item>> parts
        let keys = Array.zeroCreate<'Key> parts

        for i in 0 .. parts - 1 do
            let start = SortedTree<'Probe, 'Key, 'Item, 'Order>.PartStart(count, parts, i)
            let stop = SortedTree<'Probe, 'Key, 'Item, 'Order>.PartStart(count, parts, i + 1)
            let own = Array.sub items start (stop - start)
            let weight = TreeSearch<'Probe, 'Key, 'Item, 'Order>.WeightOf(own, 0, own.Length)
            nodes[i] <- TreeLeaf<'Key, 'Item>(null, own, own.Length, weight)
            keys[i] <- Unchecked.defaultof<'Order>.KeyOf(own[0])

        nodes, keys

    static member Build(items: 'Item[], count: int) : SortedTree<'Probe, 'Key, 'Item, 'Order> =
        if count = 0 then
            SortedTree<'Probe, 'Key, 'Item, 'Order>(null)
        else
            let leaves, firsts = SortedTree<'Probe, 'Key, 'Item, 'Order>.Leaves(items, count)
            let mutable nodes = leaves
            let mutable keys = firsts

            while nodes.Length > 1 do
                let length = nodes.Length
                let parts = (length + TreeNode.WidthMax - 1) / TreeNode.WidthMax
                let above = Array.zeroCreate<TreeNode<'Key, 'Item>> parts
                let aboveKeys = Array.zeroCreate<'Key> parts

                for i in 0 .. parts - 1 do
                    let start = SortedTree<'Probe, 'Key, 'Item, 'Order>.PartStart(length, parts, i)

                    let stop =
                        SortedTree<'Probe, 'Key, 'Item, 'Order>.PartStart(length, parts, i + 1)

                    above[i] <- TreeNode.branchOf null keys nodes start (stop - start)
                    aboveKeys[i] <- keys[start]

                nodes <- above
                keys <- aboveKeys

            SortedTree<'Probe, 'Key, 'Item, 'Order>(nodes[0])

    /// Depth of the node's leaves.
    static member private CheckNode(node: TreeNode<'Key, 'Item>) : int =
        check "tree.empty" (node.Length > 0) "a node without content"
        check "tree.width" (node.Length <= TreeNode.WidthMax) "a node with too much content"

        match node with
        | :? TreeLeaf<'Key, 'Item> as leaf ->
            let weight =
                TreeSearch<'Probe, 'Key, 'Item, 'Order>.WeightOf(leaf.Items, 0, leaf.Length)

            check "tree.weight" (weight = leaf.Weight) "a leaf that does not know its weight"
            0
        | _ ->
            let branch = node :?> TreeBranch<'Key, 'Item>

            let weight = TreeNode.weightOf branch.Children 0 branch.Length
            check "tree.weight" (weight = branch.Weight) "a branch that does not know its weight"
            let depth = SortedTree<'Probe, 'Key, 'Item, 'Order>.CheckNode branch.Children[0]

            for i in 1 .. branch.Length - 1 do
                let other = SortedTree<'Probe, 'Key, 'Item, 'Order>.CheckNode branch.Children[i]
                check "tree.depth" (other = depth) "leaves at different depths"

            depth + 1

    member this.CheckStructure() : unit =
        if not (isNull this.root) then
            SortedTree<'Probe, 'Key, 'Item, 'Order>.CheckNode this.root |> ignore
