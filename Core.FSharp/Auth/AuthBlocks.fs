// Users and roles in snapshots: a run of blocks, each of records in order: one Head, any Roles by name, any
// Users by name.
namespace Kv.Core.Auth

open System
open System.Collections.Generic
open Kv.Core

[<RequireQualifiedAccess>]
module internal AuthBlocks =
    /// Kind of the blocks.
    [<Literal>]
    let Kind = 50uy

    [<Literal>]
    let Head = 1uy

    [<Literal>]
    let Role = 2uy

    [<Literal>]
    let User = 3uy

    let private writeHead (writer: FieldWriter) (state: AuthState) : unit =
        writer.Byte Head
        writer.Flag state.IsEnabled
        writer.Varint state.Revision

    /// All records of a state, each as something that writes it.
    let records (state: AuthState) : seq<FieldWriter -> unit> =
        seq {
            yield fun writer -> writeHead writer state

            for role in state.RoleMap.Values do
                yield
                    fun writer ->
                        writer.Byte Role
                        AuthCodec.writeRole writer role

            for entry in state.Entries.Values do
                yield
                    fun writer ->
                        writer.Byte User
                        AuthCodec.writeUser writer entry.User
        }

/// Rebuilds the state. Total: what the reducer relies on is checked.
[<Sealed; AllowNullLiteral>]
type internal AuthBlockReader() =
    let mutable isEnabled = false
    let mutable revision = 0UL
    let mutable roles: Map<string, Role> = Map.empty
    let users = List<User>()
    let mutable kind = 0uy
    let mutable last = ""

    let isAscending (names: string[]) =
        Array.pairwise names
        |> Array.forall (fun (a, b) -> String.CompareOrdinal(a, b) < 0)

    /// Names of one kind ascend and are not empty.
    let follows (next: byte) (name: string) =
        let isNext = next > kind || (next = kind && String.CompareOrdinal(name, last) > 0)
        kind <- next
        last <- name
        isNext && name.Length > 0

    let readHead (reader: byref<FieldReader>) =
        if kind <> 0uy then
            reader.Fail()

        kind <- AuthBlocks.Head
        isEnabled <- reader.Flag()
        revision <- reader.Varint()

        if revision = 0UL then
            reader.Fail()

    let readRole (reader: byref<FieldReader>) =
        let role = AuthCodec.readRole &reader

        if reader.IsFailed || not (follows AuthBlocks.Role role.Name) then
            reader.Fail()
        else
            roles <- Map.add role.Name role roles

    let readUser (reader: byref<FieldReader>) =
        let user = AuthCodec.readUser &reader

        if
            reader.IsFailed
            || not (follows AuthBlocks.User user.Name)
            || not (isAscending user.Roles)
        then
            reader.Fail()
        else
            users.Add user

    /// Reads the records of a block.
    member _.Read(reader: byref<FieldReader>) : unit =
        while reader.Left > 0 do
            match reader.Byte() with
            | AuthBlocks.Head -> readHead &reader
            | AuthBlocks.Role when kind <> 0uy -> readRole &reader
            | AuthBlocks.User when kind <> 0uy -> readUser &reader
            | _ -> reader.Fail()

    member _.Complete() : AuthState =
        AuthEdit.create isEnabled revision users roles
