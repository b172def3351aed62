// The bucket of leases.
using System.Buffers.Binary;
using Google.Protobuf;
using Kv.Core.Apply;

namespace Kv.Node.EtcdFile;

/// <summary>Leases, the id in big-endian order as the key, and a message of id, time to live and remaining
/// time as the value.</summary>
/// <param name="leases">Leases by ascending id.</param>
internal sealed class LeasePairs(IReadOnlyList<Lease> leases) : PairSource
{
    /// <summary>Tags of the message's three fields, all of type int64.</summary>
    private const byte IdTag = 0x08;

    private const byte TtlTag = 0x10;

    private const byte RemainingTtlTag = 0x18;

    /// <summary>As bytes, ids below zero come behind the others.</summary>
    private readonly IReadOnlyList<Lease> _leases =
        leases is [{ Id: < 0 }, ..] ? [.. leases.OrderBy(lease => (ulong)lease.Id)] : leases;

    private int _at = -1;

    public override int KeyLength => sizeof(long);

    public override int ValueLength =>
        FieldLength(_leases[_at].Id) + FieldLength(_leases[_at].Ttl) + FieldLength(_leases[_at].RemainingTtl);

    /// <summary>Reads the value of a lease.</summary>
    /// <exception cref="InvalidProtocolBufferException">It is none.</exception>
    public static Lease Read(ReadOnlySpan<byte> value)
    {
        long id = 0;
        long ttl = 0;
        long remaining = 0;
        using var input = new CodedInputStream(value.ToArray());
        for (uint tag; (tag = input.ReadTag()) != 0;)
        {
            switch (tag)
            {
                case IdTag:
                    id = input.ReadInt64();
                    break;
                case TtlTag:
                    ttl = input.ReadInt64();
                    break;
                case RemainingTtlTag:
                    remaining = input.ReadInt64();
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return new Lease(id, ttl, remaining);
    }

    public override bool MoveNext() => ++_at < _leases.Count;

    public override void WriteKey(Span<byte> into) => BinaryPrimitives.WriteInt64BigEndian(into, _leases[_at].Id);

    public override void WriteValue(Span<byte> into)
    {
        var bytes = new byte[into.Length];
        using var output = new CodedOutputStream(bytes);
        WriteField(output, IdTag, _leases[_at].Id);
        WriteField(output, TtlTag, _leases[_at].Ttl);
        WriteField(output, RemainingTtlTag, _leases[_at].RemainingTtl);
        output.CheckNoSpaceLeft();
        bytes.CopyTo(into);
    }

    private static int FieldLength(long number) => number == 0 ? 0 : 1 + CodedOutputStream.ComputeInt64Size(number);

    private static void WriteField(CodedOutputStream output, byte tag, long number)
    {
        if (number != 0)
        {
            output.WriteRawTag(tag);
            output.WriteInt64(number);
        }
    }
}
