// Bytes of the requests inside commands. Every request begins with a byte of flags, of which the
// unused bits must be 0, so that a release which does not know a flag refuses it everywhere alike.
namespace Kv.Core.Apply

open System
open Kv.Core
open Kv.Core.Mvcc

[<RequireQualifiedAccess>]
module internal RequestCodec =
    /// Deepest nesting of transactions that is decoded; bounds the stack.
    [<Literal>]
    let private DepthMax = 64

    let private flags (a: bool) (b: bool) (c: bool) : byte =
        (if a then 1uy else 0uy)
        ||| (if b then 2uy else 0uy)
        ||| (if c then 4uy else 0uy)

    let inline private has (flags: byte) (bit: byte) = flags &&& bit <> 0uy

    let writePut (writer: FieldWriter) (request: PutRequest) : unit =
        writer.Byte(flags request.PreviousWanted request.IgnoreValue request.IgnoreLease)
        writer.Signed request.Lease
        writer.Bytes request.Key.Span
        writer.Bytes request.Value.Span

    /// Exactly the bytes that `writePut` writes, so that large values are not copied twice.
    let putSize (request: PutRequest) : int =
        1
        + FieldWriter.VarintSize(uint64 request.Lease)
        + FieldWriter.VarintSize(uint64 request.Key.Length)
        + request.Key.Length
        + FieldWriter.VarintSize(uint64 request.Value.Length)
        + request.Value.Length

    let readPut (reader: byref<FieldReader>) : PutRequest =
        let bits = reader.ByteUpTo 7uy
        let lease = reader.Signed()
        let key = reader.Bytes()
        let value = reader.Bytes()

        PutRequest(
            key,
            value,
            lease,
            PreviousWanted = has bits 1uy,
            IgnoreValue = has bits 2uy,
            IgnoreLease = has bits 4uy
        )

    let writeDelete (writer: FieldWriter) (request: DeleteRequest) : unit =
        writer.Byte(flags request.PreviousWanted false false)
        writer.Bytes request.Key.Span
        writer.Bytes request.RangeEnd.Span

    let readDelete (reader: byref<FieldReader>) : DeleteRequest =
        let bits = reader.ByteUpTo 1uy
        let key = reader.Bytes()
        let rangeEnd = reader.Bytes()
        DeleteRequest(key, rangeEnd, PreviousWanted = has bits 1uy)

    let private writeRange (writer: FieldWriter) (request: RangeRequest) : unit =
        let isFiltered =
            request.MinModRevision <> 0L
            || request.MaxModRevision <> 0L
            || request.MinCreateRevision <> 0L
            || request.MaxCreateRevision <> 0L

        writer.Byte(flags request.KeysOnly request.CountOnly isFiltered)
        writer.Bytes request.Key.Span
        writer.Bytes request.RangeEnd.Span
        writer.Signed request.Limit
        writer.Signed request.Revision
        writer.Byte(byte request.SortOrder)
        writer.Byte(byte request.SortTarget)

        if isFiltered then
            writer.Signed request.MinModRevision
            writer.Signed request.MaxModRevision
            writer.Signed request.MinCreateRevision
            writer.Signed request.MaxCreateRevision

    let private readRange (reader: byref<FieldReader>) : RangeRequest =
        let bits = reader.ByteUpTo 7uy
        let key = reader.Bytes()
        let rangeEnd = reader.Bytes()
        let request = RangeRequest(key, rangeEnd)
        request.KeysOnly <- has bits 1uy
        request.CountOnly <- has bits 2uy
        request.Limit <- reader.Signed()
        request.Revision <- reader.Signed()
        request.SortOrder <- enum<SortOrder>(int (reader.ByteUpTo 2uy))
        request.SortTarget <- enum<SortTarget>(int (reader.ByteUpTo 4uy))

        if has bits 4uy then
            request.MinModRevision <- reader.Signed()
            request.MaxModRevision <- reader.Signed()
            request.MinCreateRevision <- reader.Signed()
            request.MaxCreateRevision <- reader.Signed()

        request

    let private writeCompare (writer: FieldWriter) (guard: Compare) : unit =
        writer.Byte(byte guard.Result)
        writer.Byte(byte guard.Target)
        writer.Bytes guard.Key.Span
        writer.Bytes guard.RangeEnd.Span
        writer.Signed guard.Number
        writer.Bytes guard.Value.Span

    let private readCompare (reader: byref<FieldReader>) : Compare =
        let result = enum<CompareResult>(int (reader.ByteUpTo 3uy))
        let target = enum<CompareTarget>(int (reader.ByteUpTo 4uy))
        let key = reader.Bytes()
        let rangeEnd = reader.Bytes()
        let number = reader.Signed()
        let value = reader.Bytes()
        Compare(result, target, key, rangeEnd, number, value)

    let rec private writeOperation (writer: FieldWriter) (operation: Operation) : unit =
        match operation with
        | Operation.Range request ->
            writer.Byte 1uy
            writeRange writer request
        | Operation.Put request ->
            writer.Byte 2uy
            writePut writer request
        | Operation.Delete request ->
            writer.Byte 3uy
            writeDelete writer request
        | Operation.Txn request ->
            writer.Byte 4uy
            writeTxn writer request

    and private writeOperations (writer: FieldWriter) (operations: Operation[]) : unit =
        writer.Varint(uint64 operations.Length)

        for operation in operations do
            writeOperation writer operation

    and writeTxn (writer: FieldWriter) (request: TxnRequest) : unit =
        writer.Varint(uint64 request.Compares.Length)

        for guard in request.Compares do
            writeCompare writer guard

        writeOperations writer request.Success
        writeOperations writer request.Failure

    let private readCompares (reader: byref<FieldReader>) : Compare[] =
        // Two enums, three lengths and a number: a compare takes six bytes at least.
        let guards = Array.zeroCreate<Compare>(reader.Count 6)

        for i in 0 .. guards.Length - 1 do
            guards[i] <- readCompare &reader

        guards

    let rec private readOperation (reader: byref<FieldReader>) (depth: int) : Operation =
        match reader.Byte() with
        | 1uy -> Operation.Range(readRange &reader)
        | 2uy -> Operation.Put(readPut &reader)
        | 3uy -> Operation.Delete(readDelete &reader)
        | 4uy -> Operation.Txn(readNested &reader (depth + 1))
        | _ ->
            reader.Fail()
            Unchecked.defaultof<Operation>

    and private readOperations (reader: byref<FieldReader>) (depth: int) : Operation[] =
        let operations = Array.zeroCreate<Operation>(reader.Count 4)
        let mutable i = 0

        while i < operations.Length && not reader.IsFailed do
            operations[i] <- readOperation &reader depth
            i <- i + 1

        operations

    and private readNested (reader: byref<FieldReader>) (depth: int) : TxnRequest =
        if depth > DepthMax then
            reader.Fail()

        let guards = readCompares &reader
        let success = readOperations &reader depth
        let failure = readOperations &reader depth
        TxnRequest(guards, success, failure)

    /// Incomplete if the reader has failed: then it must not be used.
    let readTxn (reader: byref<FieldReader>) : TxnRequest = readNested &reader 1
