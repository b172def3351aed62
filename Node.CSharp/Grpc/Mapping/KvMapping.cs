// Requests and replies of the KV service between protobuf and the core. Keys and values are
// wrapped, never copied.
using Google.Protobuf.Collections;
using Kv.Core.Mvcc;
using Kv.Node.Protos;
using Mvcc = Kv.Core.Mvcc;

namespace Kv.Node.Grpc.Mapping;

/// <summary>KV messages.</summary>
internal static class KvMapping
{
    public static Mvcc.RangeRequest ToCore(Protos.RangeRequest request) =>
        new(request.Key.Memory, request.RangeEnd.Memory)
        {
            Limit = request.Limit,
            Revision = request.Revision,
            SortOrder = (SortOrder)request.SortOrder,
            SortTarget = (SortTarget)request.SortTarget,
            KeysOnly = request.KeysOnly,
            CountOnly = request.CountOnly,
            MinModRevision = request.MinModRevision,
            MaxModRevision = request.MaxModRevision,
            MinCreateRevision = request.MinCreateRevision,
            MaxCreateRevision = request.MaxCreateRevision,
        };

    public static Mvcc.PutRequest ToCore(Protos.PutRequest request) =>
        new(request.Key.Memory, request.Value.Memory, request.Lease)
        {
            PreviousWanted = request.PrevKv,
            IgnoreValue = request.IgnoreValue,
            IgnoreLease = request.IgnoreLease,
        };

    public static DeleteRequest ToCore(DeleteRangeRequest request) =>
        new(request.Key.Memory, request.RangeEnd.Memory) { PreviousWanted = request.PrevKv };

    public static RangeResponse ToProto(RangeReply reply, ResponseHeader header, bool keysOnly)
    {
        var response = new RangeResponse { Header = header, Count = reply.Count, More = reply.More };
        AddRows(response.Kvs, reply.Rows, keysOnly);
        return response;
    }

    public static PutResponse ToProto(PutReply reply, ResponseHeader header) =>
        new() { Header = header, PrevKv = reply.Previous is null ? null : ToProto(reply.Previous) };

    public static DeleteRangeResponse ToProto(DeleteReply reply, ResponseHeader header)
    {
        var response = new DeleteRangeResponse { Header = header, Deleted = reply.Deleted };
        AddRows(response.PrevKvs, reply.Previous, keysOnly: false);
        return response;
    }

    /// <summary>A stored row as a client sees it.</summary>
    public static KeyValue ToProto(Row row, bool keysOnly = false)
    {
        var pair = new KeyValue
        {
            Key = Bytes.Wrap(row.Key),
            CreateRevision = row.CreateRevision,
            ModRevision = row.ModRevision,
            Version = row.Version,
            Lease = row.Lease,
        };
        if (!keysOnly)
        {
            pair.Value = Bytes.Wrap(row.Value);
        }

        return pair;
    }

    private static void AddRows(RepeatedField<KeyValue> pairs, Row[] rows, bool keysOnly)
    {
        pairs.Capacity = rows.Length;
        foreach (var row in rows)
        {
            pairs.Add(ToProto(row, keysOnly));
        }
    }
}
