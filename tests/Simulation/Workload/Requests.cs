// Requests as clients make them.
using Google.Protobuf;
using Kv.Node.Protos;

namespace Kv.Simulation.Workload;

internal static class Requests
{
    private static readonly ByteString Zero = ByteString.CopyFrom(0);

    public static ByteString Bytes(string text) => ByteString.CopyFromUtf8(text);

    public static PutRequest Put(string key, string value, long lease = 0) =>
        new() { Key = Bytes(key), Value = Bytes(value), Lease = lease };

    public static RangeRequest Get(string key, bool isSerializable = false) =>
        new() { Key = Bytes(key), Serializable = isSerializable };

    /// <summary>All keys.</summary>
    public static RangeRequest Everything(long revision = 0, bool isSerializable = false) =>
        new() { Key = Zero, RangeEnd = Zero, Revision = revision, Serializable = isSerializable };

    public static DeleteRangeRequest Delete(string key) => new() { Key = Bytes(key) };

    /// <summary>All keys of writers.</summary>
    public static DeleteRangeRequest DeleteWriters() => new() { Key = Bytes("k"), RangeEnd = Bytes("l") };

    /// <summary>If a key was last changed at this revision (0: is not there), changes it and another, else reads
    /// it.</summary>
    public static TxnRequest Swap(string key, long modRevision, string other, string value)
    {
        var request = new TxnRequest();
        request.Compare.Add(new Compare
        {
            Key = Bytes(key),
            Target = Compare.Types.CompareTarget.Mod,
            Result = Compare.Types.CompareResult.Equal,
            ModRevision = modRevision,
        });
        request.Success.Add(new RequestOp { RequestPut = Put(key, value) });
        if (other != key)
        {
            request.Success.Add(new RequestOp { RequestPut = Put(other, value) });
        }

        request.Failure.Add(new RequestOp { RequestRange = Get(key) });
        return request;
    }

    /// <summary>If a key is not there, makes it with a lease.</summary>
    public static TxnRequest Acquire(string key, string value, long lease)
    {
        var request = new TxnRequest();
        request.Compare.Add(new Compare
        {
            Key = Bytes(key),
            Target = Compare.Types.CompareTarget.Create,
            Result = Compare.Types.CompareResult.Equal,
            CreateRevision = 0,
        });
        request.Success.Add(new RequestOp { RequestPut = Put(key, value, lease) });
        return request;
    }

    /// <summary>If a key still has this value, removes it.</summary>
    public static TxnRequest Release(string key, string value)
    {
        var request = new TxnRequest();
        request.Compare.Add(new Compare
        {
            Key = Bytes(key),
            Target = Compare.Types.CompareTarget.Value,
            Result = Compare.Types.CompareResult.Equal,
            Value = Bytes(value),
        });
        request.Success.Add(new RequestOp { RequestDeleteRange = Delete(key) });
        return request;
    }

    /// <summary>Everything that happens from a revision on; 0: from now.</summary>
    public static WatchCreateRequest Watch(string? key, long startRevision, bool wantsPrevious, bool fragments)
    {
        var request = new WatchCreateRequest
        {
            Key = key is null ? Zero : Bytes(key),
            StartRevision = startRevision,
            PrevKv = wantsPrevious,
            Fragment = fragments,
            ProgressNotify = true,
        };
        if (key is null)
        {
            request.RangeEnd = Zero;
        }

        return request;
    }
}
