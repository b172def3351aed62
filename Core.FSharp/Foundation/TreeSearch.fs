// Looking into a `SortedTree`: find, floor, ceiling, weight below a key, scans in both directions.
// Nothing here allocates, and nothing here changes a node.
namespace Kv.Core

/// Takes items of a scan one by one; a struct that keeps its own result.
type internal ITreeVisitor<'Item> =
    /// False ends the scan.
    abstract Visit: item: 'Item -> bool

[<AbstractClass; Sealed>]
type internal TreeSearch<'Probe, 'Key, 'Item, 'Order
    when 'Order: struct and 'Order :> ITreeOrder<'Probe, 'Key, 'Item>> =

    static member WeightOf(items: 'Item[], start: int, count: int) : int =
        let mutable weight = 0

        for i in start .. start + count - 1 do
            weight <- weight + Unchecked.defaultof<'Order>.Weight(items[i])

        weight

    /// Place of the probe's item in the leaf, or the complement of where it would go.
    static member FindInLeaf(leaf: TreeLeaf<'Key, 'Item>, probe: 'Probe) : int =
        let items = leaf.Items
        let mutable low = 0
        let mutable high = leaf.Length - 1
        let mutable found = -1

        while low <= high do
            let middle = (low + high) >>> 1
            let key = Unchecked.defaultof<'Order>.KeyOf(items[middle])
            let order = Unchecked.defaultof<'Order>.Compare(probe, key)

            if order = 0 then
                found <- middle
                high <- low - 1
            elif order < 0 then
                high <- middle - 1
            else
                low <- middle + 1

        if found >= 0 then found else ~~~low

    /// Place of the first item in the leaf that is not before the probe.
    static member CeilingInLeaf(leaf: TreeLeaf<'Key, 'Item>, probe: 'Probe) : int =
        let at = TreeSearch<'Probe, 'Key, 'Item, 'Order>.FindInLeaf(leaf, probe)
        if at >= 0 then at else ~~~at

    /// Place of the child whose part of the key space holds the probe.
    static member ChildOf(branch: TreeBranch<'Key, 'Item>, probe: 'Probe) : int =
        let keys = branch.Keys
        let mutable low = 1
        let mutable high = branch.Length - 1

        while low <= high do
            let middle = (low + high) >>> 1

            if Unchecked.defaultof<'Order>.Compare(probe, keys[middle]) >= 0 then
                low <- middle + 1
            else
                high <- middle - 1

        high

    static member TryFind(root: TreeNode<'Key, 'Item>, probe: 'Probe, item: byref<'Item>) : bool =
        let mutable node = root
        let mutable found = false

        while not (isNull node) do
            match node with
            | :? TreeLeaf<'Key, 'Item> as leaf ->
                let at = TreeSearch<'Probe, 'Key, 'Item, 'Order>.FindInLeaf(leaf, probe)

                if at >= 0 then
                    item <- leaf.Items[at]
                    found <- true

                node <- null
            | _ ->
                let branch = node :?> TreeBranch<'Key, 'Item>

                node <-
                    branch.Children[TreeSearch<'Probe, 'Key, 'Item, 'Order>.ChildOf(branch, probe)]

        found

    /// The last item not after the probe.
    static member TryFloor(node: TreeNode<'Key, 'Item>, probe: 'Probe, item: byref<'Item>) : bool =
        match node with
        | :? TreeLeaf<'Key, 'Item> as leaf ->
            let at = TreeSearch<'Probe, 'Key, 'Item, 'Order>.FindInLeaf(leaf, probe)
            let at = if at >= 0 then at else ~~~at - 1

            if at >= 0 then
                item <- leaf.Items[at]

            at >= 0
        | _ ->
            let branch = node :?> TreeBranch<'Key, 'Item>
            let mutable at = TreeSearch<'Probe, 'Key, 'Item, 'Order>.ChildOf(branch, probe)
            let mutable found = false

            // One step left suffices: no node but an empty root is without items.
            while not found && at >= 0 do
                found <-
                    TreeSearch<'Probe, 'Key, 'Item, 'Order>
                        .TryFloor(branch.Children[at], probe, &item)

                at <- at - 1

            found

    /// The first item not before the probe.
    static member TryCeiling
        (node: TreeNode<'Key, 'Item>, probe: 'Probe, item: byref<'Item>)
        : bool =
        match node with
        | :? TreeLeaf<'Key, 'Item> as leaf ->
            let at = TreeSearch<'Probe, 'Key, 'Item, 'Order>.CeilingInLeaf(leaf, probe)

            if at < leaf.Length then
                item <- leaf.Items[at]

            at < leaf.Length
        | _ ->
            let branch = node :?> TreeBranch<'Key, 'Item>
            let mutable at = TreeSearch<'Probe, 'Key, 'Item, 'Order>.ChildOf(branch, probe)
            let mutable found = false

            while not found && at < branch.Length do
                found <-
                    TreeSearch<'Probe, 'Key, 'Item, 'Order>
                        .TryCeiling(branch.Children[at], probe, &item)

                at <- at + 1

            found

    /// Weight of the items before the probe.
    static member WeightBelow(root: TreeNode<'Key, 'Item>, probe: 'Probe) : int =
        let mutable node = root
        let mutable weight = 0

        while not (isNull node) do
            match node with
            | :? TreeLeaf<'Key, 'Item> as leaf ->
                let stop = TreeSearch<'Probe, 'Key, 'Item, 'Order>.CeilingInLeaf(leaf, probe)

                let below =
                    // Weighing looks at every item, which is spared where all weigh the same.
                    if leaf.Weight = leaf.Length then
                        stop
                    else
                        TreeSearch<'Probe, 'Key, 'Item, 'Order>.WeightOf(leaf.Items, 0, stop)

                weight <- weight + below
                node <- null
            | _ ->
                let branch = node :?> TreeBranch<'Key, 'Item>
                let at = TreeSearch<'Probe, 'Key, 'Item, 'Order>.ChildOf(branch, probe)
                weight <- weight + TreeNode.weightOf branch.Children 0 at
                node <- branch.Children[at]

        weight

    /// The first item whose weight, with all before it, is above `weight`. There must be one.
    static member TryAt(root: TreeNode<'Key, 'Item>, weight: int, item: byref<'Item>) : bool =
        let mutable node = root
        let mutable left = weight
        let mutable found = false

        while not found do
            match node with
            | :? TreeLeaf<'Key, 'Item> as leaf ->
                let mutable at = 0

                while left >= Unchecked.defaultof<'Order>.Weight(leaf.Items[at]) do
                    left <- left - Unchecked.defaultof<'Order>.Weight(leaf.Items[at])
                    at <- at + 1

                item <- leaf.Items[at]
                found <- true
            | _ ->
                let branch = node :?> TreeBranch<'Key, 'Item>
                let mutable at = 0

                while left >= branch.Children[at].Weight do
                    left <- left - branch.Children[at].Weight
                    at <- at + 1

                node <- branch.Children[at]

        found

    /// Visits the items from `lower` on (if it counts) and before `upper` (if it counts), in order,
    /// passing over subtrees without weight if so asked. False if the visitor ended it.
    static member Scan<'Visitor when 'Visitor: struct and 'Visitor :> ITreeVisitor<'Item>>
        (
            node: TreeNode<'Key, 'Item>,
            lower: 'Probe,
            hasLower: bool,
            upper: 'Probe,
            hasUpper: bool,
            weightedOnly: bool,
            visitor: byref<'Visitor>
        ) : bool =
        let mutable goOn = true

        match node with
        | :? TreeLeaf<'Key, 'Item> as leaf ->
            let mutable at =
                if hasLower then
                    TreeSearch<'Probe, 'Key, 'Item, 'Order>.CeilingInLeaf(leaf, lower)
                else
                    0

            let stop =
                if hasUpper then
                    TreeSearch<'Probe, 'Key, 'Item, 'Order>.CeilingInLeaf(leaf, upper)
                else
                    leaf.Length

            while goOn && at < stop do
                goOn <- visitor.Visit(leaf.Items[at])
                at <- at + 1
        | _ ->
            let branch = node :?> TreeBranch<'Key, 'Item>

            let first =
                if hasLower then
                    TreeSearch<'Probe, 'Key, 'Item, 'Order>.ChildOf(branch, lower)
                else
                    0

            let last =
                if hasUpper then
                    TreeSearch<'Probe, 'Key, 'Item, 'Order>.ChildOf(branch, upper)
                else
                    branch.Length - 1

            let mutable at = first

            while goOn && at <= last do
                let child = branch.Children[at]

                if child.Weight > 0 || not weightedOnly then
                    goOn <-
                        TreeSearch<'Probe, 'Key, 'Item, 'Order>
                            .Scan<'Visitor>(
                                child,
                                lower,
                                (hasLower && at = first),
                                upper,
                                (hasUpper && at = last),
                                weightedOnly,
                                &visitor
                            )

                at <- at + 1

        goOn

    /// The same as `Scan`, from the last item to the first.
    static member ScanBack<'Visitor when 'Visitor: struct and 'Visitor :> ITreeVisitor<'Item>>
        (
            node: TreeNode<'Key, 'Item>,
            lower: 'Probe,
            hasLower: bool,
            upper: 'Probe,
            hasUpper: bool,
            weightedOnly: bool,
            visitor: byref<'Visitor>
        ) : bool =
        let mutable goOn = true

        match node with
        | :? TreeLeaf<'Key, 'Item> as leaf ->
            let start =
                if hasLower then
                    TreeSearch<'Probe, 'Key, 'Item, 'Order>.CeilingInLeaf(leaf, lower)
                else
                    0

            let mutable at =
                if hasUpper then
                    TreeSearch<'Probe, 'Key, 'Item, 'Order>.CeilingInLeaf(leaf, upper) - 1
                else
                    leaf.Length - 1

            while goOn && at >= start do
                goOn <- visitor.Visit(leaf.Items[at])
                at <- at - 1
        | _ ->
            let branch = node :?> TreeBranch<'Key, 'Item>

            let first =
                if hasLower then
                    TreeSearch<'Probe, 'Key, 'Item, 'Order>.ChildOf(branch, lower)
                else
                    0

            let last =
                if hasUpper then
                    TreeSearch<'Probe, 'Key, 'Item, 'Order>.ChildOf(branch, upper)
                else
                    branch.Length - 1

            let mutable at = last

            while goOn && at >= first do
                let child = branch.Children[at]

                if child.Weight > 0 || not weightedOnly then
                    goOn <-
                        TreeSearch<'Probe, 'Key, 'Item, 'Order>
                            .ScanBack<'Visitor>(
                                child,
                                lower,
                                (hasLower && at = first),
                                upper,
                                (hasUpper && at = last),
                                weightedOnly,
                                &visitor
                            )

                at <- at - 1

        goOn
