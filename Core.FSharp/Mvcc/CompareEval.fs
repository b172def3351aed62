// Guards of transactions (etcd-facts T4-T6) on the newest rows of a view.
namespace Kv.Core.Mvcc

open System
open Kv.Core

[<RequireQualifiedAccess>]
module private Comparison =
    let isMet (result: CompareResult) (order: int) : bool =
        match result with
        | CompareResult.Equal -> order = 0
        | CompareResult.Greater -> order > 0
        | CompareResult.Less -> order < 0
        | _ -> order <> 0

    let private number (target: CompareTarget) (row: Row) : int64 =
        match target with
        | CompareTarget.Version -> row.Version
        | CompareTarget.Create -> row.CreateRevision
        | CompareTarget.Mod -> row.ModRevision
        | _ -> row.Lease

    /// Whether one key's row meets the guard; null is an absent key, which has no value at all and
    /// 0 for everything else (T4).
    let holds (guard: Compare) (row: Row) : bool =
        if guard.Target = CompareTarget.Value then
            not (isNull row)
            && isMet
                guard.Result
                (MemoryExtensions.SequenceCompareTo(row.Value.Span, guard.Value.Span))
        else
            let actual = if isNull row then 0L else number guard.Target row
            isMet guard.Result (actual.CompareTo guard.Number)

/// Tests every key of an interval until one fails.
[<Struct; NoEquality; NoComparison>]
type private GuardVisitor =
    val Guard: Compare
    val mutable Seen: bool
    new(guard) = { Guard = guard; Seen = false }

    interface ITreeVisitor<KeyEntry> with
        member this.Visit entry =
            let row = Versions.newest entry.Versions

            if row.IsTombstone then
                true
            else
                this.Seen <- true
                Comparison.holds this.Guard row

[<RequireQualifiedAccess>]
module internal CompareEval =
    /// Whether the guard holds; over an interval, whether it holds for every key in it (T5).
    let holds (view: KeyspaceView) (guard: Compare) : bool =
        let range = KeyRange.Of(guard.Key, guard.RangeEnd)

        if range.IsSingle then
            Comparison.holds guard (view.Newest range.Lower)
        else
            let mutable visitor = GuardVisitor guard

            let all =
                if not range.IsBounded then
                    view.Keys.ScanFrom(range.Lower, true, &visitor)
                elif MemoryExtensions.SequenceCompareTo(range.Lower.Span, range.Upper.Span) < 0 then
                    view.Keys.ScanBetween(range.Lower, range.Upper, true, &visitor)
                else
                    true

            if visitor.Seen then all else Comparison.holds guard null

    let allHold (view: KeyspaceView) (guards: Compare[]) : bool =
        let mutable i = 0

        while i < guards.Length && holds view guards[i] do
            i <- i + 1

        i = guards.Length
