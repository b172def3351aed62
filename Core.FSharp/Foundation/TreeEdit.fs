// Changing a `SortedTree`: one descent to put or update, one to remove. Nodes of another token are
// copied on the way; nodes split when full and are joined again when they run low.
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

    static member private Weight(item: 'Item) : int = Unchecked.defaultof<'Order>.Weight(item)

    static member private WeightOf(items: 'Item[], start: int, count: int) : int =
        let mutable weight = 0

        for i in start .. start + count - 1 do
            weight <- weight + Unchecked.defaultof<'Order>.Weight(items[i])

        weight

    static member private LeafOf(token: EditToken, items: 'Item[], start: int, count: int) =
        TreeLeaf<'Key, 'Item>(
            token,
            Array.sub items start count,
            count,
            TreeEdit<'Probe, 'Key, 'Item, 'Order>.WeightOf(items, start, count)
        )

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

    static member private PlaceInBranch(branch: TreeBranch<'Key, 'Item>, probe: 'Probe, isEdge: bool) =
        let last = branch.Length - 1

        if isEdge && last > 0 && Unchecked.defaultof<'Order>.Compare(probe, branch.Keys[last]) >= 0 then
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
            let left = TreeEdit<'Probe, 'Key, 'Item, 'Order>.LeafOf(token, leaf.Items, 0, half)

            let right =
                TreeEdit<'Probe, 'Key, 'Item, 'Order>
                    .LeafOf(token, leaf.Items, half, leaf.Length - half)

            if at <= half then
                sibling <- right
                TreeEdit<'Probe, 'Key, 'Item, 'Order>.InsertInLeaf(left, token, at, item)
            else
                sibling <-
                    TreeEdit<'Probe, 'Key, 'Item, 'Order>.InsertInLeaf(right, token, at - half, item)

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
                    TreeEdit<'Probe, 'Key, 'Item, 'Order>.InsertChild(right, token, at - half, child)

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

    static member private RemoveChild(target: TreeBranch<'Key, 'Item>, at: int) =
        TreeNode.removeAt target.Keys target.Length at
        TreeNode.removeAt target.Children target.Length at
        target.Length <- target.Length - 1

    /// Joins the children `at` and `at + 1` of a branch of this token, or shares their content
    /// evenly if one node cannot hold it.
    static member private JoinPair(target: TreeBranch<'Key, 'Item>, token: EditToken, at: int) =
        let put (left: TreeNode<'Key, 'Item>) (right: TreeNode<'Key, 'Item>) (key: 'Key) =
            target.Children[at] <- left
            target.Children[at + 1] <- right
            target.Keys[at + 1] <- key

        match target.Children[at], target.Children[at + 1] with
        | (:? TreeLeaf<'Key, 'Item> as left), (:? TreeLeaf<'Key, 'Item> as right) ->
            let items = TreeNode.joinedItems left right
            let keep = if items.Length <= TreeNode.WidthMax then items.Length else items.Length / 2
            let head = TreeEdit<'Probe, 'Key, 'Item, 'Order>.LeafOf(token, items, 0, keep)

            if keep = items.Length then
                target.Children[at] <- head
                TreeEdit<'Probe, 'Key, 'Item, 'Order>.RemoveChild(target, at + 1)
            else
                let key = Unchecked.defaultof<'Order>.KeyOf(items[keep])

                put
                    head
                    (TreeEdit<'Probe, 'Key, 'Item, 'Order>
                        .LeafOf(token, items, keep, items.Length - keep))
                    key
        | left, right ->
            let left = left :?> TreeBranch<'Key, 'Item>
            let right = right :?> TreeBranch<'Key, 'Item>
            let keys = TreeNode.joinedKeys left target.Keys[at + 1] right
            let children = TreeNode.joinedChildren left right
            let keep = if keys.Length <= TreeNode.WidthMax then keys.Length else keys.Length / 2
            let head = TreeNode.branchOf token keys children 0 keep

            if keep = keys.Length then
                target.Children[at] <- head
                TreeEdit<'Probe, 'Key, 'Item, 'Order>.RemoveChild(target, at + 1)
            else
                put head (TreeNode.branchOf token keys children keep (keys.Length - keep)) keys[keep]

    /// The node without the probe's item; the same node if it has none. May return a node with
    /// nothing left in it.
    static member private RemoveIn
        (node: TreeNode<'Key, 'Item>, token: EditToken, probe: 'Probe)
        : TreeNode<'Key, 'Item> =
        match node with
        | :? TreeLeaf<'Key, 'Item> as leaf ->
            let at = TreeSearch<'Probe, 'Key, 'Item, 'Order>.FindInLeaf(leaf, probe)
            let target = TreeNode.ownLeaf leaf token 0

            target.Weight <-
                target.Weight - TreeEdit<'Probe, 'Key, 'Item, 'Order>.Weight target.Items[at]

            TreeNode.removeAt target.Items target.Length at
            target.Length <- target.Length - 1
            target
        | _ ->
            let branch = node :?> TreeBranch<'Key, 'Item>
            let at = TreeSearch<'Probe, 'Key, 'Item, 'Order>.ChildOf(branch, probe)
            let weight = branch.Children[at].Weight

            let next =
                TreeEdit<'Probe, 'Key, 'Item, 'Order>.RemoveIn(branch.Children[at], token, probe)

            let target = TreeNode.ownBranch branch token 0
            target.Children[at] <- next
            target.Weight <- target.Weight + next.Weight - weight

            if next.Length = 0 then
                TreeEdit<'Probe, 'Key, 'Item, 'Order>.RemoveChild(target, at)
            elif next.Length < TreeNode.WidthMin && target.Length > 1 then
                TreeEdit<'Probe, 'Key, 'Item, 'Order>.JoinPair(target, token, max 0 (at - 1))

            target

    /// The root after removal of the probe's item, which must be there.
    static member Remove
        (root: TreeNode<'Key, 'Item>, token: EditToken, probe: 'Probe)
        : TreeNode<'Key, 'Item> =
        let mutable node = TreeEdit<'Probe, 'Key, 'Item, 'Order>.RemoveIn(root, token, probe)
        let mutable isSettled = false

        while not isSettled do
            match node with
            | :? TreeBranch<'Key, 'Item> as branch when branch.Length = 1 ->
                node <- branch.Children[0]
            | _ -> isSettled <- true

        if node.Length = 0 then null else node
