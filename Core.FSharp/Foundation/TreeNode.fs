// The nodes of `SortedTree` and what can be done to one of them alone. A node may be changed in
// place only under the token it was made with; for everyone else it is frozen for good.
namespace Kv.Core

open System

/// The right to change in place the nodes made under it. One is made for each batch of edits and
/// dropped with the batch; from then on nothing can change those nodes any more.
[<Sealed; AllowNullLiteral>]
type internal EditToken() = class end

/// What a tree must know of its items. Implemented by an empty struct, so that calls are inlined.
type internal ITreeOrder<'Probe, 'Key, 'Item> =
    abstract KeyOf: item: 'Item -> 'Key
    /// Below 0 if the probe sorts before the key, 0 if they are the same key.
    abstract Compare: probe: 'Probe * key: 'Key -> int
    /// What the item adds to the weight of the nodes above it: 0 or 1.
    abstract Weight: item: 'Item -> int

[<AbstractClass; AllowNullLiteral>]
type internal TreeNode<'Key, 'Item> =
    val Owner: EditToken
    /// Items of a leaf, children of a branch.
    val mutable Length: int
    /// Sum of the weights of all items below.
    val mutable Weight: int

    new(owner, length, weight) =
        {
            Owner = owner
            Length = length
            Weight = weight
        }

[<Sealed; AllowNullLiteral>]
type internal TreeLeaf<'Key, 'Item> =
    inherit TreeNode<'Key, 'Item>
    val mutable Items: 'Item[]

    new(owner, items, length, weight) =
        {
            inherit TreeNode<'Key, 'Item>(owner, length, weight)
            Items = items
        }

/// `Keys[i]` is a lower bound of child i and above everything in child i - 1; `Keys[0]` is unused.
[<Sealed; AllowNullLiteral>]
type internal TreeBranch<'Key, 'Item> =
    inherit TreeNode<'Key, 'Item>
    val mutable Keys: 'Key[]
    val mutable Children: TreeNode<'Key, 'Item>[]

    new(owner, keys, children, length, weight) =
        {
            inherit TreeNode<'Key, 'Item>(owner, length, weight)
            Keys = keys
            Children = children
        }

[<RequireQualifiedAccess>]
module internal TreeNode =
    /// Most items of a leaf and children of a branch.
    [<Literal>]
    let WidthMax = 32

    /// A node that shrinks below this is joined with a neighbour, or gets some of its content.
    [<Literal>]
    let WidthMin = 10

    /// Arrays grow in steps of this, so that a half-filled node does not hold a full array.
    [<Literal>]
    let private WidthStep = 8

    let private capacity (length: int) =
        min WidthMax ((length + WidthStep - 1) / WidthStep * WidthStep)

    let private resized (source: 'T[]) (length: int) (size: int) : 'T[] =
        let target = Array.zeroCreate<'T> size
        Array.Copy(source, target, length)
        target

    let inline isOwned (node: TreeNode<'Key, 'Item>) (token: EditToken) =
        not (isNull token) && Object.ReferenceEquals(node.Owner, token)

    /// The leaf itself if the token allows to change it, else a copy; with room for `more` items.
    let ownLeaf (leaf: TreeLeaf<'Key, 'Item>) (token: EditToken) (more: int) =
        let needed = leaf.Length + more

        if isOwned leaf token then
            if leaf.Items.Length < needed then
                leaf.Items <- resized leaf.Items leaf.Length (capacity needed)

            leaf
        else
            let size = if more = 0 then leaf.Length else capacity needed
            TreeLeaf(token, resized leaf.Items leaf.Length size, leaf.Length, leaf.Weight)

    /// The branch itself if the token allows to change it, else a copy; with room for `more`
    /// children.
    let ownBranch (branch: TreeBranch<'Key, 'Item>) (token: EditToken) (more: int) =
        let needed = branch.Length + more

        if isOwned branch token then
            if branch.Keys.Length < needed then
                branch.Keys <- resized branch.Keys branch.Length (capacity needed)
                branch.Children <- resized branch.Children branch.Length (capacity needed)

            branch
        else
            let size = if more = 0 then branch.Length else capacity needed

            TreeBranch(
                token,
                resized branch.Keys branch.Length size,
                resized branch.Children branch.Length size,
                branch.Length,
                branch.Weight
            )

    /// Makes a hole at `at` and fills it. There must be room.
    let insertAt (array: 'T[]) (length: int) (at: int) (value: 'T) =
        Array.Copy(array, at, array, at + 1, length - at)
        array[at] <- value

    /// Closes the hole at `at`, and clears the slot that became free.
    let removeAt (array: 'T[]) (length: int) (at: int) =
        Array.Copy(array, at + 1, array, at, length - at - 1)
        array[length - 1] <- Unchecked.defaultof<'T>

    let private joined (left: 'T[]) (leftLength: int) (right: 'T[]) (rightLength: int) : 'T[] =
        let all = Array.zeroCreate<'T>(leftLength + rightLength)
        Array.Copy(left, all, leftLength)
        Array.Copy(right, 0, all, leftLength, rightLength)
        all

    let joinedItems (left: TreeLeaf<'Key, 'Item>) (right: TreeLeaf<'Key, 'Item>) =
        joined left.Items left.Length right.Items right.Length

    let joinedChildren (left: TreeBranch<'Key, 'Item>) (right: TreeBranch<'Key, 'Item>) =
        joined left.Children left.Length right.Children right.Length

    /// `separator` stands between the two, in place of the right one's unused first key.
    let joinedKeys
        (left: TreeBranch<'Key, 'Item>)
        (separator: 'Key)
        (right: TreeBranch<'Key, 'Item>)
        =
        let all = joined left.Keys left.Length right.Keys right.Length
        all[left.Length] <- separator
        all

    let weightOf (children: TreeNode<'Key, 'Item>[]) (start: int) (count: int) =
        let mutable weight = 0

        for i in start .. start + count - 1 do
            weight <- weight + children[i].Weight

        weight

    /// A branch over part of these children, in arrays of its own.
    let branchOf
        (token: EditToken)
        (keys: 'Key[])
        (children: TreeNode<'Key, 'Item>[])
        (start: int)
        (count: int)
        =
        TreeBranch(
            token,
            Array.sub keys start count,
            Array.sub children start count,
            count,
            weightOf children start count
        )
