// Transactions between protobuf and the core. The reply is mapped beside the request, because what
// a range reply shows depends on what was asked.
using Google.Protobuf.Collections;
using Kv.Core.Mvcc;
using Kv.Node.Protos;
using Mvcc = Kv.Core.Mvcc;

namespace Kv.Node.Grpc.Mapping;

/// <summary>Transaction messages; requests must have passed <see cref="TxnValidation"/>.</summary>
internal static class TxnMapping
{
    public static Mvcc.TxnRequest ToCore(Protos.TxnRequest request)
    {
        var compares = new Mvcc.Compare[request.Compare.Count];
        for (var i = 0; i < compares.Length; i++)
        {
            compares[i] = ToCore(request.Compare[i]);
        }

        return new Mvcc.TxnRequest(compares, ToCore(request.Success), ToCore(request.Failure));
    }

    /// <summary>The whole response.</summary>
    /// <param name="reply">What the store answered.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="header">Header of this level.</param>
    public static TxnResponse ToProto(TxnReply reply, Protos.TxnRequest request, ResponseHeader header)
    {
        var response = new TxnResponse { Header = header, Succeeded = reply.Succeeded };
        var operations = reply.Succeeded ? request.Success : request.Failure;
        response.Responses.Capacity = reply.Replies.Length;
        for (var i = 0; i < reply.Replies.Length; i++)
        {
            response.Responses.Add(ToProto(reply.Replies[i], operations[i]));
        }

        return response;
    }

    private static Mvcc.Compare ToCore(Protos.Compare compare)
    {
        // A union arm that is not the target's counts as zero, as in etcd.
        var number = compare.Target switch
        {
            Protos.Compare.Types.CompareTarget.Version => compare.Version,
            Protos.Compare.Types.CompareTarget.Create => compare.CreateRevision,
            Protos.Compare.Types.CompareTarget.Mod => compare.ModRevision,
            Protos.Compare.Types.CompareTarget.Lease => compare.Lease,
            _ => 0,
        };
        return new Mvcc.Compare(
            (CompareResult)compare.Result,
            (CompareTarget)compare.Target,
            compare.Key.Memory,
            compare.RangeEnd.Memory,
            number,
            compare.Value.Memory);
    }

    private static Operation[] ToCore(RepeatedField<RequestOp> operations)
    {
        var mapped = new Operation[operations.Count];
        for (var i = 0; i < mapped.Length; i++)
        {
            mapped[i] = ToCore(operations[i]);
        }

        return mapped;
    }

    private static Operation ToCore(RequestOp operation) => operation.RequestCase switch
    {
        RequestOp.RequestOneofCase.RequestRange => Operation.NewRange(KvMapping.ToCore(operation.RequestRange)),
        RequestOp.RequestOneofCase.RequestPut => Operation.NewPut(KvMapping.ToCore(operation.RequestPut)),
        RequestOp.RequestOneofCase.RequestDeleteRange =>
            Operation.NewDelete(KvMapping.ToCore(operation.RequestDeleteRange)),
        RequestOp.RequestOneofCase.RequestTxn => Operation.NewTxn(ToCore(operation.RequestTxn)),
        _ => throw EtcdErrors.KeyNotFound,
    };

    private static ResponseOp ToProto(Reply reply, RequestOp operation)
    {
        var header = ResponseHeaders.Inner(reply.Revision);
        return reply switch
        {
            RangeReply range => new ResponseOp
            {
                ResponseRange = KvMapping.ToProto(range, header, operation.RequestRange.KeysOnly),
            },
            PutReply put => new ResponseOp { ResponsePut = KvMapping.ToProto(put, header) },
            DeleteReply delete => new ResponseOp { ResponseDeleteRange = KvMapping.ToProto(delete, header) },
            // etcd gives a nested transaction a header without a revision.
            TxnReply txn => new ResponseOp { ResponseTxn = ToProto(txn, operation.RequestTxn, new ResponseHeader()) },
            _ => throw new InvalidOperationException($"no mapping for {reply.GetType().Name}"),
        };
    }
}
