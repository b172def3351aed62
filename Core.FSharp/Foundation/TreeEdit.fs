// Putting into a `SortedTree`: one descent to insert or replace. Nodes of another token are copied
// on the way, full nodes become two.
namespace Kv.Core

/// Decides what becomes of the place looked for; a struct that may keep results of its own.
type internal ITreeEdit<'Item> =
    /// The item for a key that is not there yet.
    abstract Insert: unit -> 'Item
    /// The item in place of `existing`, under the same key.
    abstract Replace: existing: 'Item -> 'Item

[<AbstractClass; Sealed>]
type internal TreeEdit<'Probe, 'Key, 'Item, 'Order
    when 'Order: struct and 'Order :> ITreeOrder<'Probe, 'Key, 'Item>> =

    static member private Weight(item: 'Item) : int =
        Unchecked.defaultof<'Order>.Weight(item)

    static member private LeafOf(token: EditToken, items: 'Item[], start: int, count: int) =
        TreeLeaf<'Key, 'Item>(
            token,
            Array.sub items start count,
            count,
            TreeSearch<'Probe, 'Key, 'Item, 'Order>.WeightOf(items, start, count)
        )

    /// Part of a leaf. Weighing looks at every item, which is spared where all weigh the same.
    static member private PartOf
        (token: EditToken, leaf: TreeLeaf<'Key, 'Item>, start: int, count: int)
        =
        if leaf.Weight = leaf.Length then
            TreeLeaf<'Key, 'Item>(token, Array.sub leaf.Items start count, count, count)
        else
            TreeEdit<'Probe, 'Key, 'Item, 'Order>.LeafOf(token, leaf.Items, start, count)

    /// Where the probe is or would go; the right edge is tried first, for trees that grow there.
    static member private PlaceInLeaf(leaf: TreeLeaf<'Key, 'Item>, probe: 'Probe, isEdge: bool) =
        let isAfterLast =
            isEdge
            && (let key = Unchecked.defaultof<'Order>.KeyOf(leaf.Items[leaf.Length - 1])
                Unchecked.defaultof<'Order>.Compare(probe, key) > 0)

        if isAfterLast then
            ~~~leaf.Length
        else
            TreeSearch<'Probe, 'Key, 'Item, 'Order>.FindInLeaf(leaf, probe)

    static member private PlaceInBranch
        (branch: TreeBranch<'Key, 'Item>, probe: 'Probe, isEdge: bool)
        =
        let last = branch.Length - 1

        if
            isEdge
            && last > 0
            && Unchecked.defaultof<'Order>.Compare(probe, branch.Keys[last]) >= 0
        then
            last
        else
            TreeSearch<'Probe, 'Key, 'Item, 'Order>.ChildOf(branch, probe)

    static member private InsertInLeaf
        (leaf: TreeLeaf<'Key, 'Item>, token: EditToken, at: int, item: 'Item)
        : TreeLeaf<'Key, 'Item> =
        let target = TreeNode.ownLeaf leaf token 1
        TreeNode.insertAt target.Items target.Length at item
        target.Length <- target.Length + 1
        target.Weight <- target.Weight + TreeEdit<'Probe, 'Key, 'Item, 'Order>.Weight item
        target

    /// A full leaf becomes two. At the right edge it stays as it is and the new item starts the
    /// next leaf, so that trees filled in order have full leaves.
    static member private SplitLeaf
        (
            leaf: TreeLeaf<'Key, 'Item>,
            token: EditToken,
            at: int,
            item: 'Item,
            isEdge: bool,
            sibling: byref<TreeNode<'Key, 'Item>>
        ) : TreeNode<'Key, 'Item> =
        if isEdge && at = leaf.Length then
            sibling <- TreeEdit<'Probe, 'Key, 'Item, 'Order>.LeafOf(token, [| item |], 0, 1)
            leaf
        else
            let half = leaf.Length / 2
            let left = TreeEdit<'Probe, 'Key, 'Item, 'Order>.PartOf(token, leaf, 0, half)

            let right =
                TreeEdit<'Probe, 'Key, 'Item, 'Order>.PartOf(token, leaf, half, leaf.Length - half)

            if at <= half then
                sibling <- right
                TreeEdit<'Probe, 'Key, 'Item, 'Order>.InsertInLeaf(left, token, at, item)
            else
                sibling <-
                    TreeEdit<'Probe, 'Key, 'Item, 'Order>
                        .InsertInLeaf(right, token, at - half, item)

                left

    static member private UpdateLeaf<'Edit when 'Edit: struct and 'Edit :> ITreeEdit<'Item>>
        (
            leaf: TreeLeaf<'Key, 'Item>,
            token: EditToken,
            probe: 'Probe,
            isEdge: bool,
            edit: byref<'Edit>,
            sibling: byref<TreeNode<'Key, 'Item>>
        ) : TreeNode<'Key, 'Item> =
        let at = TreeEdit<'Probe, 'Key, 'Item, 'Order>.PlaceInLeaf(leaf, probe, isEdge)

        if at >= 0 then
            let before = leaf.Items[at]
            // Weighed before the edit, which may change what the item refers to in place.
            let weight = TreeEdit<'Probe, 'Key, 'Item, 'Order>.Weight before
            let after = edit.Replace before
            let target = TreeNode.ownLeaf leaf token 0
            target.Items[at] <- after

            target.Weight <-
                target.Weight + TreeEdit<'Probe, 'Key, 'Item, 'Order>.Weight after - weight

            target
        elif leaf.Length < TreeNode.WidthMax then
            TreeEdit<'Probe, 'Key, 'Item, 'Order>.InsertInLeaf(leaf, token, ~~~at, edit.Insert())
        else
            TreeEdit<'Probe, 'Key, 'Item, 'Order>
                .SplitLeaf(leaf, token, ~~~at, edit.Insert(), isEdge, &sibling)

    /// The first key of a node that was just split off.
    static member private FirstKey(node: TreeNode<'Key, 'Item>) : 'Key =
        match node with
        | :? TreeLeaf<'Key, 'Item> as leaf -> Unchecked.defaultof<'Order>.KeyOf(leaf.Items[0])
        | _ -> (node :?> TreeBranch<'Key, 'Item>).Keys[0]

    static member private InsertChild
        (branch: TreeBranch<'Key, 'Item>, token: EditToken, at: int, child: TreeNode<'Key, 'Item>)
        : TreeBranch<'Key, 'Item> =
        let target = TreeNode.ownBranch branch token 1
        let key = TreeEdit<'Probe, 'Key, 'Item, 'Order>.FirstKey child
        TreeNode.insertAt target.Keys target.Length at key
        TreeNode.insertAt target.Children target.Length at child
        target.Length <- target.Length + 1
        target.Weight <- target.Weight + child.Weight
        target

    /// Adds a child to a full branch, which becomes two (as `SplitLeaf`).
    static member private SplitBranch
        (
            branch: TreeBranch<'Key, 'Item>,
            token: EditToken,
            at: int,
            child: TreeNode<'Key, 'Item>,
            isEdge: bool,
            sibling: byref<TreeNode<'Key, 'Item>>
        ) : TreeNode<'Key, 'Item> =
        if isEdge && at = branch.Length then
            let key = TreeEdit<'Probe, 'Key, 'Item, 'Order>.FirstKey child
            sibling <- TreeNode.branchOf token [| key |] [| child |] 0 1
            branch
        else
            let half = branch.Length / 2
            let left = TreeNode.branchOf token branch.Keys branch.Children 0 half

            let right =
                TreeNode.branchOf token branch.Keys branch.Children half (branch.Length - half)

            if at <= half then
                sibling <- right
                TreeEdit<'Probe, 'Key, 'Item, 'Order>.InsertChild(left, token, at, child)
            else
                sibling <-
                    TreeEdit<'Probe, 'Key, 'Item, 'Order>
                        .InsertChild(right, token, at - half, child)

                left

    /// The node with the edit done; `sibling` gets what was split off to its right, if anything.
    static member private UpdateNode<'Edit when 'Edit: struct and 'Edit :> ITreeEdit<'Item>>
        (
            node: TreeNode<'Key, 'Item>,
            token: EditToken,
            probe: 'Probe,
            isEdge: bool,
            edit: byref<'Edit>,
            sibling: byref<TreeNode<'Key, 'Item>>
        ) : TreeNode<'Key, 'Item> =
        match node with
        | :? TreeLeaf<'Key, 'Item> as leaf ->
            TreeEdit<'Probe, 'Key, 'Item, 'Order>
                .UpdateLeaf<'Edit>(leaf, token, probe, isEdge, &edit, &sibling)
        | _ ->
            let branch = node :?> TreeBranch<'Key, 'Item>
            let at = TreeEdit<'Probe, 'Key, 'Item, 'Order>.PlaceInBranch(branch, probe, isEdge)
            let child = branch.Children[at]
            let weight = child.Weight
            let isLast = isEdge && at = branch.Length - 1
            let mutable split: TreeNode<'Key, 'Item> = null

            let next =
                TreeEdit<'Probe, 'Key, 'Item, 'Order>
                    .UpdateNode<'Edit>(child, token, probe, isLast, &edit, &split)

            let target = TreeNode.ownBranch branch token 0
            target.Children[at] <- next
            target.Weight <- target.Weight + next.Weight - weight

            if isNull split then
                target
            elif target.Length < TreeNode.WidthMax then
                TreeEdit<'Probe, 'Key, 'Item, 'Order>.InsertChild(target, token, at + 1, split)
            else
                TreeEdit<'Probe, 'Key, 'Item, 'Order>
                    .SplitBranch(target, token, at + 1, split, isEdge, &sibling)

    /// The root after the edit at the probe's place.
    static member Update<'Edit when 'Edit: struct and 'Edit :> ITreeEdit<'Item>>
        (root: TreeNode<'Key, 'Item>, token: EditToken, probe: 'Probe, edit: byref<'Edit>)
        : TreeNode<'Key, 'Item> =
        if isNull root then
            TreeEdit<'Probe, 'Key, 'Item, 'Order>.LeafOf(token, [| edit.Insert() |], 0, 1)
        else
            let mutable sibling: TreeNode<'Key, 'Item> = null

            let next =
                TreeEdit<'Probe, 'Key, 'Item, 'Order>
                    .UpdateNode<'Edit>(root, token, probe, true, &edit, &sibling)

            if isNull sibling then
                next
            else
                let key = TreeEdit<'Probe, 'Key, 'Item, 'Order>.FirstKey sibling
                TreeNode.branchOf token [| key; key |] [| next; sibling |] 0 2
