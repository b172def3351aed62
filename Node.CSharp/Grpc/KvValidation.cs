// What etcd checks of single KV requests before anything is proposed (P1, P2, R12).
using Kv.Node.Protos;

namespace Kv.Node.Grpc;

/// <summary>Checks of KV requests; each throws <see cref="EtcdException"/>.</summary>
internal static class KvValidation
{
    public static void Check(RangeRequest request)
    {
        if (request.Key.IsEmpty)
        {
            throw EtcdErrors.EmptyKey;
        }

        if (request.SortOrder is < RangeRequest.Types.SortOrder.None or > RangeRequest.Types.SortOrder.Descend
            || request.SortTarget is < RangeRequest.Types.SortTarget.Key or > RangeRequest.Types.SortTarget.Value)
        {
            throw EtcdErrors.InvalidSortOption;
        }
    }

    /// <summary>What RangeStream takes: key order, without revision filters (R14).</summary>
    public static void CheckStream(RangeRequest request)
    {
        Check(request);
        if (request.SortOrder != RangeRequest.Types.SortOrder.None
            && (request.SortTarget != RangeRequest.Types.SortTarget.Key
                || request.SortOrder != RangeRequest.Types.SortOrder.Ascend))
        {
            throw EtcdErrors.RangeStreamSorted;
        }

        if ((request.MinModRevision | request.MaxModRevision) != 0
            || (request.MinCreateRevision | request.MaxCreateRevision) != 0)
        {
            throw EtcdErrors.RangeStreamFiltered;
        }
    }

    public static void Check(PutRequest request)
    {
        if (request.Key.IsEmpty)
        {
            throw EtcdErrors.EmptyKey;
        }

        if (request.IgnoreValue && !request.Value.IsEmpty)
        {
            throw EtcdErrors.ValueProvided;
        }

        if (request.IgnoreLease && request.Lease != 0)
        {
            throw EtcdErrors.LeaseProvided;
        }
    }

    public static void Check(DeleteRangeRequest request)
    {
        if (request.Key.IsEmpty)
        {
            throw EtcdErrors.EmptyKey;
        }
    }
}
