// The persistent ordered tree under all of the store: wide nodes, edits in place for the batch that
// made a node, structure sharing for everyone else. Knows nothing of keys, rows or revisions.
namespace Kv.Core

/// An immutable ordered set of items (of which a part is the key). Without a token an edit leaves
/// this value as it is and gives another. With a token, nodes made under the same token are changed
/// in place: the value the edit was called on must then not be used again, only its result; any
/// value that existed before the token did is safe. Dropping the token freezes the result.
[<Struct; NoEquality; NoComparison>]
type internal SortedTree<'Probe, 'Key, 'Item, 'Order
    when 'Order: struct and 'Order :> ITreeOrder<'Probe, 'Key, 'Item>> =

    val private root: TreeNode<'Key, 'Item>

    /// The tree without items.
    static member Empty: SortedTree<'Probe, 'Key, 'Item, 'Order>

    member IsEmpty: bool

    /// Sum of the weights of all items.
    member Weight: int

    member TryFind: probe: 'Probe * item: byref<'Item> -> bool

    /// The last item not after the probe.
    member TryFloor: probe: 'Probe * item: byref<'Item> -> bool

    /// The first item not before the probe.
    member TryCeiling: probe: 'Probe * item: byref<'Item> -> bool

    /// The last item of all.
    member TryLast: item: byref<'Item> -> bool

    /// The first item whose weight, with all before it, is above `weight`: the item with that
    /// number (from 0) where items weigh 1.
    member TryAt: weight: int * item: byref<'Item> -> bool

    /// Weight of the items before the probe; logarithmic.
    member WeightBelow: probe: 'Probe -> int

    /// Visits all items in order; with `weightedOnly` (here and below) it passes over subtrees that
    /// weigh nothing, though not over single items. False if the visitor ended it.
    member ScanAll<'Visitor when 'Visitor: struct and 'Visitor :> ITreeVisitor<'Item>> :
        weightedOnly: bool * visitor: byref<'Visitor> -> bool

    /// Visits the items not before `lower` in order. False if the visitor ended it.
    member ScanFrom<'Visitor when 'Visitor: struct and 'Visitor :> ITreeVisitor<'Item>> :
        lower: 'Probe * weightedOnly: bool * visitor: byref<'Visitor> -> bool

    /// Visits the items in [lower, upper) in order. False if the visitor ended it.
    member ScanBetween<'Visitor when 'Visitor: struct and 'Visitor :> ITreeVisitor<'Item>> :
        lower: 'Probe * upper: 'Probe * weightedOnly: bool * visitor: byref<'Visitor> -> bool

    /// `ScanFrom` from the last item to the first.
    member ScanBackFrom<'Visitor when 'Visitor: struct and 'Visitor :> ITreeVisitor<'Item>> :
        lower: 'Probe * weightedOnly: bool * visitor: byref<'Visitor> -> bool

    /// `ScanBetween` from the last item to the first.
    member ScanBackBetween<'Visitor when 'Visitor: struct and 'Visitor :> ITreeVisitor<'Item>> :
        lower: 'Probe * upper: 'Probe * weightedOnly: bool * visitor: byref<'Visitor> -> bool

    /// Inserts or replaces the item under the probe's key, as `edit` decides, in one descent.
    member Update<'Edit when 'Edit: struct and 'Edit :> ITreeEdit<'Item>> :
        token: EditToken * probe: 'Probe * edit: byref<'Edit> ->
            SortedTree<'Probe, 'Key, 'Item, 'Order>

    /// Inserts the item, or replaces the one under the same key.
    member Put:
        token: EditToken * probe: 'Probe * item: 'Item -> SortedTree<'Probe, 'Key, 'Item, 'Order>

    /// Removes the item under the probe's key, if there is one.
    member Remove: token: EditToken * probe: 'Probe -> SortedTree<'Probe, 'Key, 'Item, 'Order>

    /// A tree of items that are already in strictly ascending order; linear.
    static member Build: items: 'Item[] * count: int -> SortedTree<'Probe, 'Key, 'Item, 'Order>

    /// Walks the whole tree and fails if a rule of its structure is broken. For tests.
    member CheckStructure: unit -> unit
