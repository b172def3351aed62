// Checks that hold in every build. A broken invariant means this member's state can no longer be
// trusted, so the host must log the id and end the process: going on could lose acknowledged data.
namespace Kv.Core

open System

/// A rule of the core was broken: a bug, not an operating error. The host logs it and dies.
[<Sealed>]
type InvariantException(id: string, message: string) =
    inherit Exception(message)
    /// Stable name of the broken rule, for search in logs and issues.
    member _.Id = id

/// Checks used all over the core; always on, release builds too.
[<AutoOpen>]
module internal Invariant =
    let broken (id: string) (message: string) : 'a = raise (InvariantException(id, message))

    let inline check (id: string) (holds: bool) (message: string) =
        if not holds then
            broken id message
