// etcd's hash of everything a member stores (snapshot-format §7), equal to that of the file the member
// would send. Members of one cluster differ in it whenever they differ in a byte; HashKV is for comparing.
using System.Text;
using Kv.Core.Apply;
using Kv.Node.Wal;

namespace Kv.Node.EtcdFile;

/// <summary>The hash of <c>Maintenance.Hash</c>.</summary>
internal static class EtcdHash
{
    /// <summary>The hash of a state; reads all of it.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static uint Of(StoreState state, CancellationToken token)
    {
        uint hash = 0;
        var buffer = new byte[EtcdFileFormat.PageBytes];
        foreach (var (name, open) in EtcdBuckets.Of(state))
        {
            hash = Crc32C.Append(hash, Encoding.ASCII.GetBytes(name));
            var pairs = open();
            for (var count = 1; pairs.MoveNext(); count++)
            {
                if (count % 4_096 == 0)
                {
                    token.ThrowIfCancellationRequested();
                }

                hash = Append(hash, pairs, name == EtcdBuckets.Meta, ref buffer);
            }
        }

        return hash;
    }

    private static uint Append(uint hash, PairSource pairs, bool isMeta, ref byte[] buffer)
    {
        var keyLength = pairs.KeyLength;
        var length = keyLength + pairs.ValueLength;
        if (buffer.Length < length)
        {
            buffer = new byte[length];
        }

        var pair = buffer.AsSpan(0, length);
        pairs.WriteKey(pair[..keyLength]);
        if (isMeta && EtcdBuckets.IsOutsideHash(pair[..keyLength]))
        {
            return hash;
        }

        pairs.WriteValue(pair[keyLength..]);
        return Crc32C.Append(hash, pair);
    }
}
