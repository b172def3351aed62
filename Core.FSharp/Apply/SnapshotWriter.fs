// Writing a state out: the canonical blocks, into the host's buffers.
namespace Kv.Core.Apply

open System.Buffers
open Kv.Core

/// Writes a state as a run of self-contained blocks of about 64 KiB; the same state gives the same
/// bytes. Framing and checksums of blocks are the host's.
[<Sealed>]
type SnapshotWriter(state: StoreState) =
    let blocks = SnapshotBlocks state.Data
    let writer = FieldWriter(SnapshotFormat.BlockBytes + 4_096)

    /// Writes the next block; false (and nothing written) when all have been. A block is larger
    /// than 64 KiB only by its last row.
    member _.WriteBlock(buffer: IBufferWriter<byte>) : bool =
        let isBlock = blocks.Next writer

        if isBlock then
            buffer.Write(writer.Written)

        isBlock
