// The simulator's only source of chance: a SplitMix64 generator. Every subsystem (network, disks,
// faults, workload) forks its own stream, so a change in one does not reshuffle the others.
namespace Kv.Core.Simulation

/// SplitMix64: the same seed gives the same numbers, on every machine and runtime.
[<Sealed; AllowNullLiteral>]
type SplitMix(seed: uint64) =
    let mutable state = seed

    /// The next 64 random bits.
    member _.Next() : uint64 =
        state <- state + 0x9E3779B97F4A7C15UL
        let mixed = (state ^^^ (state >>> 30)) * 0xBF58476D1CE4E5B9UL
        let mixed = (mixed ^^^ (mixed >>> 27)) * 0x94D049BB133111EBUL
        mixed ^^^ (mixed >>> 31)

    /// A number in [0, count).
    member this.Below(count: int) : int = int (this.Next() % uint64 count)

    /// A number in [low, high], both included.
    member this.Between(low: int, high: int) : int = low + this.Below(high - low + 1)

    /// True with this chance in a thousand; draws nothing when the chance is 0.
    member this.Chance(permille: int) : bool =
        permille > 0 && this.Below 1000 < permille

    /// One of the items.
    member this.Pick(items: 'a[]) : 'a = items[this.Below items.Length]

    /// An independent stream.
    member this.Fork() : SplitMix = SplitMix(this.Next())
