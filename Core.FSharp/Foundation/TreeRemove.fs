// Removing from a `SortedTree`: one descent, on which nodes of another token are copied, and nodes
// that run low are joined with a neighbour or get some of its content, so that the tree shrinks.
namespace Kv.Core

[<AbstractClass; Sealed>]
type internal TreeRemove<'Probe, 'Key, 'Item, 'Order
    when 'Order: struct and 'Order :> ITreeOrder<'Probe, 'Key, 'Item>> =

    static member private LeafOf(token: EditToken, items: 'Item[], start: int, count: int) =
        TreeLeaf<'Key, 'Item>(
            token,
            Array.sub items start count,
            count,
            TreeSearch<'Probe, 'Key, 'Item, 'Order>.WeightOf(items, start, count)
        )

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

            let keep =
                if items.Length <= TreeNode.WidthMax then
                    items.Length
                else
                    items.Length / 2

            let head = TreeRemove<'Probe, 'Key, 'Item, 'Order>.LeafOf(token, items, 0, keep)

            if keep = items.Length then
                target.Children[at] <- head
                TreeRemove<'Probe, 'Key, 'Item, 'Order>.RemoveChild(target, at + 1)
            else
                let key = Unchecked.defaultof<'Order>.KeyOf(items[keep])

                put
                    head
                    (TreeRemove<'Probe, 'Key, 'Item, 'Order>
                        .LeafOf(token, items, keep, items.Length - keep))
                    key
        | left, right ->
            let left = left :?> TreeBranch<'Key, 'Item>
            let right = right :?> TreeBranch<'Key, 'Item>
            let keys = TreeNode.joinedKeys left target.Keys[at + 1] right
            let children = TreeNode.joinedChildren left right

            let keep =
                if keys.Length <= TreeNode.WidthMax then
                    keys.Length
                else
                    keys.Length / 2

            let head = TreeNode.branchOf token keys children 0 keep

            if keep = keys.Length then
                target.Children[at] <- head
                TreeRemove<'Probe, 'Key, 'Item, 'Order>.RemoveChild(target, at + 1)
            else
                put
                    head
                    (TreeNode.branchOf token keys children keep (keys.Length - keep))
                    keys[keep]

    /// The node without the probe's item; the same node if it has none. May return a node with
    /// nothing left in it.
    static member private RemoveIn
        (node: TreeNode<'Key, 'Item>, token: EditToken, probe: 'Probe)
        : TreeNode<'Key, 'Item> =
        match node with
        | :? TreeLeaf<'Key, 'Item> as leaf ->
            let at = TreeSearch<'Probe, 'Key, 'Item, 'Order>.FindInLeaf(leaf, probe)
            let target = TreeNode.ownLeaf leaf token 0

            target.Weight <- target.Weight - Unchecked.defaultof<'Order>.Weight(target.Items[at])

            TreeNode.removeAt target.Items target.Length at
            target.Length <- target.Length - 1
            target
        | _ ->
            let branch = node :?> TreeBranch<'Key, 'Item>
            let at = TreeSearch<'Probe, 'Key, 'Item, 'Order>.ChildOf(branch, probe)
            let weight = branch.Children[at].Weight

            let next =
                TreeRemove<'Probe, 'Key, 'Item, 'Order>.RemoveIn(branch.Children[at], token, probe)

            let target = TreeNode.ownBranch branch token 0
            target.Children[at] <- next
            target.Weight <- target.Weight + next.Weight - weight

            if next.Length = 0 then
                TreeRemove<'Probe, 'Key, 'Item, 'Order>.RemoveChild(target, at)
            elif next.Length < TreeNode.WidthMin && target.Length > 1 then
                TreeRemove<'Probe, 'Key, 'Item, 'Order>.JoinPair(target, token, max 0 (at - 1))

            target

    /// The root after removal of the probe's item, which must be there.
    static member Remove
        (root: TreeNode<'Key, 'Item>, token: EditToken, probe: 'Probe)
        : TreeNode<'Key, 'Item> =
        let mutable node =
            TreeRemove<'Probe, 'Key, 'Item, 'Order>.RemoveIn(root, token, probe)

        let mutable isSettled = false

        while not isSettled do
            match node with
            | :? TreeBranch<'Key, 'Item> as branch when branch.Length = 1 ->
                node <- branch.Children[0]
            | _ -> isSettled <- true

        if node.Length = 0 then null else node
