// A persistent first-in first-out queue: two linked stacks, every operation constant on average.
// It holds what is in flight (messages, writes, reads), where old versions must stay valid.
namespace Kv.Core

/// One link of a stack.
[<Sealed; AllowNullLiteral>]
type internal Link<'T>(head: 'T, tail: Link<'T>) =
    member _.Head = head
    member _.Tail = tail

/// An immutable queue. `front` holds the oldest items first, `back` the newest first; `front` is
/// empty only if the whole queue is.
[<Sealed>]
type internal Fifo<'T> private (front: Link<'T>, back: Link<'T>, count: int) =
    static let empty = Fifo<'T>(null, null, 0)

    static let rec reverse (from: Link<'T>) (onto: Link<'T>) =
        if isNull from then
            onto
        else
            reverse from.Tail (Link(from.Head, onto))

    static let rec last (link: Link<'T>) =
        if isNull link.Tail then link.Head else last link.Tail

    static member Empty = empty
    member _.Count = count
    member _.IsEmpty = count = 0

    /// The oldest item; the queue must not be empty.
    member _.Oldest = front.Head

    /// The newest item; the queue must not be empty.
    member _.Newest = if isNull back then last front else back.Head

    member _.Enqueue(item: 'T) =
        if isNull front then
            Fifo<'T>(Link(item, null), null, 1)
        else
            Fifo<'T>(front, Link(item, back), count + 1)

    /// Without the oldest item; the queue must not be empty.
    member _.Dequeue() =
        if not (isNull front.Tail) then
            Fifo<'T>(front.Tail, back, count - 1)
        else
            Fifo<'T>(reverse back null, null, count - 1)

    /// All items, oldest first.
    member _.ToArray() =
        let items = Array.zeroCreate<'T> count
        let mutable position = 0
        let mutable link = front

        while not (isNull link) do
            items[position] <- link.Head
            position <- position + 1
            link <- link.Tail

        position <- count - 1
        link <- back

        while not (isNull link) do
            items[position] <- link.Head
            position <- position - 1
            link <- link.Tail

        items

    static member OfArray(items: 'T[]) =
        let mutable queue = empty

        for item in items do
            queue <- queue.Enqueue item

        queue
