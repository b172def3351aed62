// Keys as the trees hold them (exact arrays), as callers bring them (slices of somebody's buffer),
// and the intervals of them in etcd's notation (R7, R8). Order is by unsigned bytes, a prefix first.
namespace Kv.Core

open System
open System.Runtime.InteropServices

/// A key in a tree: exactly the array, never changed. A struct, so that generic code over it is
/// compiled for itself and arrays of it need no covariance checks.
[<Struct; NoEquality; NoComparison>]
type internal KeyBytes =
    val Array: byte[]
    new(array) = { Array = array }

/// A key as it is looked for: bytes inside an array that belongs to someone else.
[<Struct; NoEquality; NoComparison>]
type internal KeySlice =
    val Array: byte[]
    val Offset: int
    val Length: int

    new(array, offset, length) =
        {
            Array = array
            Offset = offset
            Length = length
        }

    new(array: byte[]) =
        {
            Array = array
            Offset = 0
            Length = array.Length
        }

    /// The bytes of `memory`; copied only if they are not in an array.
    static member Of(memory: ReadOnlyMemory<byte>) : KeySlice =
        let mutable segment = Unchecked.defaultof<ArraySegment<byte>>

        if MemoryMarshal.TryGetArray(memory, &segment) && not (isNull segment.Array) then
            KeySlice(segment.Array, segment.Offset, segment.Count)
        else
            KeySlice(memory.ToArray())

    member this.Span: ReadOnlySpan<byte> =
        ReadOnlySpan<byte>(this.Array, this.Offset, this.Length)

    /// An array of exactly these bytes; the one given, if it already is that.
    member this.ToExact() : byte[] =
        if this.Length = this.Array.Length then
            this.Array
        else
            this.Span.ToArray()

[<RequireQualifiedAccess>]
module internal KeyOrder =
    let inline compare (slice: KeySlice) (key: KeyBytes) : int =
        MemoryExtensions.SequenceCompareTo(slice.Span, ReadOnlySpan<byte>(key.Array))

/// Which keys are meant: one key, or those from `Lower` on and below `Upper` (if bounded).
[<Struct; NoEquality; NoComparison>]
type internal KeyRange =
    val Lower: KeySlice
    val Upper: KeySlice
    /// Only the key `Lower` itself.
    val IsSingle: bool
    /// `Upper` counts; otherwise everything from `Lower` on.
    val IsBounded: bool

    private new(lower, upper, isSingle, isBounded) =
        {
            Lower = lower
            Upper = upper
            IsSingle = isSingle
            IsBounded = isBounded
        }

    /// etcd's notation: no end is the single key, the end "\0" is everything from `key` on. An end
    /// that is not above `key` makes an empty interval.
    static member Of(key: ReadOnlyMemory<byte>, rangeEnd: ReadOnlyMemory<byte>) : KeyRange =
        let lower = KeySlice.Of key

        if rangeEnd.Length = 0 then
            KeyRange(lower, lower, true, false)
        elif rangeEnd.Length = 1 && rangeEnd.Span[0] = 0uy then
            KeyRange(lower, lower, false, false)
        else
            KeyRange(lower, KeySlice.Of rangeEnd, false, true)
