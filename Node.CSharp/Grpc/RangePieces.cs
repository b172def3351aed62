// Cuts the result of a range into the messages of a stream (R14): a few keys first, so that a reader has
// something soon, then messages of a size that suits the transport. What describes the whole result
// comes with the last.
using Kv.Core.Mvcc;
using Kv.Node.Grpc.Mapping;
using Kv.Node.Protos;

namespace Kv.Node.Grpc;

/// <summary>The pieces of one result, in order.</summary>
/// <param name="reply">The whole result.</param>
/// <param name="header">Goes with the last piece.</param>
/// <param name="keysOnly">Leave the values out.</param>
internal sealed class RangePieces(RangeReply reply, ResponseHeader header, bool keysOnly)
{
    /// <summary>Keys of the first piece at most.</summary>
    private const int FirstKeys = 10;

    /// <summary>A piece is full once it holds this many bytes of keys and values …</summary>
    private const int PieceBytes = 512 << 10;

    /// <summary>… or this many keys.</summary>
    private const int PieceKeys = 8_192;

    private int _taken;
    private bool _isDone;

    /// <summary>The next piece; null after the last. There is at least one.</summary>
    public RangeResponse? TryTake()
    {
        if (_isDone)
        {
            return null;
        }

        var piece = new RangeResponse();
        var keysMax = _taken == 0 ? FirstKeys : PieceKeys;
        var bytes = 0;
        while (_taken < reply.Rows.Length && piece.Kvs.Count < keysMax && bytes < PieceBytes)
        {
            var row = reply.Rows[_taken++];
            piece.Kvs.Add(KvMapping.ToProto(row, keysOnly));
            bytes += row.Key.Length + (keysOnly ? 0 : row.Value.Length);
        }

        if (_taken == reply.Rows.Length)
        {
            _isDone = true;
            (piece.Header, piece.Count, piece.More) = (header, reply.Count, reply.More);
        }

        return piece;
    }
}
