// A certificate revocation list (RFC 5280 §5.1), as far as it says which serial numbers are revoked. Like
// etcd, the list is believed because the operator gave it, and a number on it is refused whoever issued
// the certificate: better one refused too many.
using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Kv.Node.Tls;

/// <summary>Serial numbers that are refused.</summary>
internal sealed class RevocationList
{
    private const string PemLabel = "X509 CRL";

    private readonly HashSet<BigInteger> _serials = [];

    private RevocationList()
    {
    }

    public int Count => _serials.Count;

    /// <summary>Reads a list, PEM or DER.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static RevocationList Parse(byte[] bytes)
    {
        var list = new RevocationList();
        try
        {
            list.Read(Decode(bytes));
        }
        catch (AsnContentException problem)
        {
            throw new FormatException($"not a revocation list: {problem.Message}", problem);
        }

        return list;
    }

    public bool Has(X509Certificate2 certificate) =>
        _serials.Contains(new BigInteger(certificate.SerialNumberBytes.Span, isUnsigned: false, isBigEndian: true));

    private static ReadOnlyMemory<byte> Decode(byte[] bytes)
    {
        var text = System.Text.Encoding.ASCII.GetString(bytes);
        if (!text.Contains("-----BEGIN", StringComparison.Ordinal))
        {
            return bytes;
        }

        var rest = text.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            if (rest[fields.Label].SequenceEqual(PemLabel))
            {
                return Convert.FromBase64String(rest[fields.Base64Data].ToString());
            }

            rest = rest[fields.Location.End..];
        }

        throw new FormatException($"no PEM block \"{PemLabel}\" in it");
    }

    private void Read(ReadOnlyMemory<byte> der)
    {
        var list = new AsnReader(der, AsnEncodingRules.DER).ReadSequence().ReadSequence();
        if (list.PeekTag().HasSameClassAndValue(Asn1Tag.Integer))
        {
            list.ReadInteger();
        }

        list.ReadSequence(); // signature algorithm
        list.ReadSequence(); // issuer
        list.ReadEncodedValue(); // this update
        if (list.HasData && !list.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence) && list.PeekTag().TagClass == TagClass.Universal)
        {
            list.ReadEncodedValue(); // next update
        }

        if (!list.HasData || !list.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence))
        {
            return;
        }

        var revoked = list.ReadSequence();
        while (revoked.HasData)
        {
            _serials.Add(revoked.ReadSequence().ReadInteger());
        }
    }
}
