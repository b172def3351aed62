// What a request may add to the store, as the quota counts it (etcd-facts N1).
using Kv.Node.Engine;
using Kv.Node.Protos;

namespace Kv.Node.Grpc;

/// <summary>Costs of requests, bytes.</summary>
internal static class PutCost
{
    public static long Of(PutRequest request) => StoreQuota.PutOverhead + request.Key.Length + request.Value.Length;

    /// <summary>The dearer branch.</summary>
    public static long Of(TxnRequest request) => Math.Max(Of(request.Success), Of(request.Failure));

    private static long Of(IEnumerable<RequestOp> operations)
    {
        long sum = 0;
        foreach (var operation in operations)
        {
            sum += operation.RequestCase switch
            {
                RequestOp.RequestOneofCase.RequestPut => Of(operation.RequestPut),
                RequestOp.RequestOneofCase.RequestTxn => Of(operation.RequestTxn),
                _ => 0,
            };
        }

        return sum;
    }
}
