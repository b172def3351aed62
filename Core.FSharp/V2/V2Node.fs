// The nodes of the v2 tree: files and directories, immutable, each knowing its name and not its
// path, so that a change copies one node a level and shares the rest.
namespace Kv.Core.V2

open System
open Kv.Core

/// A file or a directory of the v2 tree.
[<Sealed; AllowNullLiteral>]
type V2Node
    internal
    (
        name: byte[],
        value: ReadOnlyMemory<byte>,
        children: V2ChildTree,
        isDirectory: bool,
        createdIndex: uint64,
        modifiedIndex: uint64,
        expiresNs: int64
    ) =
    member internal _.NameBytes = name
    member internal _.ChildTree = children
    /// The last name of its path; empty for the root.
    member _.Name: ReadOnlyMemory<byte> = ReadOnlyMemory<byte> name
    member _.IsDirectory = isDirectory
    /// Empty for a directory.
    member _.Value = value
    /// Store index of its creation; 0 for the root.
    member _.CreatedIndex = createdIndex
    /// Store index of its last change; 0 for the root.
    member _.ModifiedIndex = modifiedIndex
    /// When it ends, nanoseconds since 1970; 0 for never.
    member _.ExpiresNs = expiresNs
    /// Left out of listings.
    member _.IsHidden = name.Length > 0 && name[0] = byte '_'
    /// How many nodes are directly in it, hidden ones too.
    member _.ChildCount: int = children.Weight

    /// The nodes directly in it, hidden ones too, in the order of their names' bytes.
    member _.Children() : V2Node[] =
        let mutable collector = V2NodeCollector(Array.zeroCreate children.Weight)
        children.ScanAll(false, &collector) |> ignore
        collector.Into

    /// The node of that name in it, or null.
    member internal _.Child(childName: byte[]) : V2Node =
        let mutable child: V2Node = null
        children.TryFind(KeySlice childName, &child) |> ignore
        child

    /// The node at a canonical path that begins at this one, or null.
    member this.Descendant(path: byte[]) : V2Node =
        let names = V2Path.Names path
        let mutable node = this
        let mutable depth = 0

        while depth < names.Length && not (isNull node) do
            node <- node.Child names[depth]
            depth <- depth + 1

        node

and [<Struct; NoEquality; NoComparison>] internal V2NameOrder =
    interface ITreeOrder<KeySlice, KeyBytes, V2Node> with
        member _.KeyOf node = KeyBytes node.NameBytes
        member _.Compare(probe, key) = KeyOrder.compare probe key
        member _.Weight _ = 1

and internal V2ChildTree = SortedTree<KeySlice, KeyBytes, V2Node, V2NameOrder>

and [<Struct; NoEquality; NoComparison>] private V2NodeCollector =
    val Into: V2Node[]
    val mutable Length: int
    new(into) = { Into = into; Length = 0 }

    interface ITreeVisitor<V2Node> with
        member this.Visit node =
            this.Into[this.Length] <- node
            this.Length <- this.Length + 1
            true

/// Makes nodes.
[<RequireQualifiedAccess>]
module internal V2Node =
    let root =
        V2Node(Array.Empty<byte>(), ReadOnlyMemory.Empty, V2ChildTree.Empty, true, 0UL, 0UL, 0L)

    let file (name: byte[]) (value: ReadOnlyMemory<byte>) (index: uint64) (expiresNs: int64) =
        V2Node(name, value, V2ChildTree.Empty, false, index, index, expiresNs)

    let directory (name: byte[]) (index: uint64) (expiresNs: int64) =
        V2Node(name, ReadOnlyMemory.Empty, V2ChildTree.Empty, true, index, index, expiresNs)

    /// The same directory with other nodes in it.
    let withChildren (children: V2ChildTree) (node: V2Node) =
        V2Node(
            node.NameBytes,
            node.Value,
            children,
            true,
            node.CreatedIndex,
            node.ModifiedIndex,
            node.ExpiresNs
        )

    /// The same node after a change of its value (if it is a file) and its time to live.
    let changed (value: ReadOnlyMemory<byte>) (index: uint64) (expiresNs: int64) (node: V2Node) =
        V2Node(
            node.NameBytes,
            value,
            node.ChildTree,
            node.IsDirectory,
            node.CreatedIndex,
            index,
            expiresNs
        )
