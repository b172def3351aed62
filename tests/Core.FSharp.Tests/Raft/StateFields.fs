// Compares states field by field, whatever fields they have: a field added to any part of the state is
// compared from then on, so that nobody can forget it in a codec.
namespace Kv.Core.Tests.Raft

open System
open System.Collections
open System.Reflection
open Microsoft.FSharp.Reflection
open Kv.Core
open Kv.Core.Raft

[<RequireQualifiedAccess>]
module internal StateFields =
    let private everything =
        BindingFlags.Public ||| BindingFlags.NonPublic ||| BindingFlags.Instance

    let private isLeaf (kind: Type) =
        kind.IsPrimitive || kind.IsEnum || kind = typeof<string>

    /// Commands are compared by what a recording keeps of them.
    let private entry (entry: Entry) =
        let data =
            if entry.Kind = EntryKind.Configuration then
                Convert.ToHexString entry.Data.Span
            else
                entry.Data.Length.ToString()

        String.Join("/", entry.Index, entry.Term, entry.Kind, data)

    let private log (log: LogWindow) =
        String.Join(
            " ",
            Array.append
                [| log.BaseIndex.ToString(); log.BaseTerm.ToString(); log.Bytes.ToString() |]
                (Array.map entry (log.Slice(log.FirstIndex, log.LastIndex)))
        )

    let private isQueue (kind: Type) =
        kind.IsGenericType && kind.GetGenericTypeDefinition() = typedefof<Fifo<_>>

    let rec private walk (path: string) (kind: Type) (value: obj) : string seq =
        seq {
            match value with
            | null -> yield path + ": null"
            | _ when isLeaf kind -> yield path + ": " + value.ToString()
            | :? LogWindow as window -> yield path + ": " + log window
            | :? IEnumerable as items ->
                let mutable position = 0

                for item in items do
                    yield! walk (path + "[" + string position + "]") (item.GetType()) item
                    position <- position + 1

                yield path + " length: " + string position
            | _ when isQueue kind ->
                yield!
                    walk
                        path
                        typeof<Array>
                        (kind.GetMethod("ToArray", everything).Invoke(value, [||]))
            | _ when FSharpType.IsUnion(kind, everything) ->
                let case, fields = FSharpValue.GetUnionFields(value, kind, everything)
                yield path + ": " + case.Name

                for field in fields do
                    yield! walk (path + "." + case.Name) (field.GetType()) field
            | _ when FSharpType.IsRecord(kind, everything) ->
                for property in FSharpType.GetRecordFields(kind, everything) do
                    yield!
                        walk
                            (path + "." + property.Name)
                            property.PropertyType
                            (property.GetValue value)
            | _ ->
                let properties = kind.GetProperties(BindingFlags.Public ||| BindingFlags.Instance)

                if properties.Length = 0 then
                    invalidOp ("there is nothing to compare in " + kind.FullName)

                for property in properties do
                    yield!
                        walk
                            (path + "." + property.Name)
                            property.PropertyType
                            (property.GetValue value)
        }

    /// Every field with its value, one a line.
    let show (state: RaftState) : string =
        String.Join("\n", walk "state" typeof<NodeState> state.Node)
