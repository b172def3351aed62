// A pseudo-random source as a value: state in, number and state out (Steele, Lea and Flood,
// "Fast splittable pseudorandom number generators", 2014). Randomness in the core is a function of
// its seed, so that a run can be repeated.
namespace Kv.Core

/// The SplitMix64 generator.
[<RequireQualifiedAccess>]
module internal SplitMix =
    /// The next number and the next state.
    let next (state: uint64) : struct (uint64 * uint64) =
        let state = state + 0x9E3779B97F4A7C15UL
        let z = (state ^^^ (state >>> 30)) * 0xBF58476D1CE4E5B9UL
        let z = (z ^^^ (z >>> 27)) * 0x94D049BB133111EBUL
        struct (z ^^^ (z >>> 31), state)

    /// A number in [low, high) and the next state. The tiny bias of the remainder does not matter
    /// for ranges of a few ticks.
    let between (low: int) (high: int) (state: uint64) : struct (int * uint64) =
        let struct (number, state) = next state
        struct (low + int (number % uint64 (high - low)), state)
