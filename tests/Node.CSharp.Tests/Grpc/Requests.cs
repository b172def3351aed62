using Google.Protobuf;
using Kv.Node.Protos;

namespace Kv.Node.Tests.Grpc;

/// <summary>Short forms of requests.</summary>
internal static class Requests
{
    public static ByteString Text(string text) => ByteString.CopyFromUtf8(text);

    public static RequestOp Put(string key) => new() { RequestPut = new PutRequest { Key = Text(key), Value = Text("v") } };

    public static RequestOp Delete(string key, string end = "") => new()
    {
        RequestDeleteRange = new DeleteRangeRequest { Key = Text(key), RangeEnd = Text(end) },
    };

    public static RequestOp Range(string key, bool serializable = false) => new()
    {
        RequestRange = new RangeRequest { Key = Text(key), Serializable = serializable },
    };

    public static RequestOp Txn(RequestOp[] success, params RequestOp[] failure)
    {
        var txn = new TxnRequest();
        txn.Success.Add(success);
        txn.Failure.Add(failure);
        return new RequestOp { RequestTxn = txn };
    }

    public static TxnRequest Then(params RequestOp[] operations)
    {
        var txn = new TxnRequest();
        txn.Success.Add(operations);
        return txn;
    }
}
