// Paths of the v2 tree, as bytes. The root is the empty path, every other one is a slash and a name
// for each step: "/a/b". Only this canonical form enters the tree. Bytes rather than text, because
// etcd keeps whatever a client sent, well-formed UTF-8 or not.
namespace Kv.Core.V2

open System
open Kv.Core

/// Making paths canonical; for hosts.
[<AbstractClass; Sealed>]
type V2Path private () =
    static let slash = byte '/'

    static let isDots (name: ReadOnlySpan<byte>) (count: int) =
        name.Length = count && name.IndexOfAnyExcept(byte '.') < 0

    /// The canonical form of a path: empty and "." names are left out, ".." takes back the name
    /// before it, and none is above the root.
    static member Clean(path: ReadOnlySpan<byte>) : byte[] =
        let cleaned = Array.zeroCreate<byte>(path.Length + 1)
        let mutable length = 0
        let mutable at = 0

        while at < path.Length do
            let rest = path.Slice at
            let next = rest.IndexOf slash
            let name = if next < 0 then rest else rest.Slice(0, next)

            if isDots name 2 then
                length <- max 0 (cleaned.AsSpan(0, length).LastIndexOf slash)
            elif name.Length > 0 && not (isDots name 1) then
                cleaned[length] <- slash
                name.CopyTo(cleaned.AsSpan(length + 1))
                length <- length + 1 + name.Length

            at <- if next < 0 then path.Length else at + next + 1

        cleaned.AsSpan(0, length).ToArray()

    static member IsCanonical(path: ReadOnlySpan<byte>) : bool =
        path.IsEmpty
        || (path[0] = slash && path.SequenceEqual(ReadOnlySpan<byte>(V2Path.Clean path)))

    /// Whether `path` lies in the tree under `directory`, which is not below itself.
    static member IsBelow(path: ReadOnlySpan<byte>, directory: ReadOnlySpan<byte>) : bool =
        path.Length > directory.Length
        && path[directory.Length] = slash
        && path.StartsWith directory

    /// Whether a change of `path` is hidden from a watcher of `watched` above it: one of the names
    /// between them begins with an underscore. A watcher below `path` sees everything.
    static member IsHidden(watched: ReadOnlySpan<byte>, path: ReadOnlySpan<byte>) : bool =
        path.Length > watched.Length
        && path.Slice(watched.Length).IndexOf("/_"B.AsSpan()) >= 0

    /// The names of a canonical path.
    static member internal Names(path: byte[]) : byte[][] =
        let mutable count = 0

        for one in path do
            if one = slash then
                count <- count + 1

        let names = Array.zeroCreate<byte[]> count
        let mutable at = 1

        for i in 0 .. count - 1 do
            let rest = ReadOnlySpan<byte>(path, at, path.Length - at)
            let next = rest.IndexOf slash
            let length = if next < 0 then rest.Length else next
            names[i] <- rest.Slice(0, length).ToArray()
            at <- at + length + 1

        names

    /// The path of the first `count` names.
    static member internal OfNames(names: byte[][], count: int) : byte[] =
        let mutable length = 0

        for i in 0 .. count - 1 do
            length <- length + 1 + names[i].Length

        let path = Array.zeroCreate<byte> length
        let mutable at = 0

        for i in 0 .. count - 1 do
            path[at] <- slash
            names[i].CopyTo(path, at + 1)
            at <- at + 1 + names[i].Length

        path

    static member internal Child(directory: byte[], name: byte[]) : byte[] =
        let path = Array.zeroCreate<byte>(directory.Length + 1 + name.Length)
        directory.CopyTo(path, 0)
        path[directory.Length] <- slash
        name.CopyTo(path, directory.Length + 1)
        path

    /// A name that a node can have.
    static member internal IsName(name: ReadOnlySpan<byte>) : bool =
        not name.IsEmpty
        && name.IndexOf slash < 0
        && not (isDots name 1)
        && not (isDots name 2)
