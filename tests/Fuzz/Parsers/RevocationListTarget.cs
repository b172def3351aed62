using System.Security.Cryptography;
using Kv.Node.Tls;

namespace Fuzz.Parsers;

/// <summary>Lists of revoked certificates.</summary>
internal sealed class RevocationListTarget() : Target("revocation-list")
{
    public override int QuickInputs => 2_000;

    public override IEnumerable<string> Words =>
        ["-----BEGIN X509 CRL-----", "-----END X509 CRL-----", "-----BEGIN CERTIFICATE-----", "\n", "=", "\u0000", "0", "\u0002\u0001"];

    public override IEnumerable<byte[]> Corpus()
    {
        yield return SampleKeys.RevocationList(0);
        var der = SampleKeys.RevocationList(19);
        yield return der;
        yield return Samples.Bytes(PemEncoding.WriteString("X509 CRL", der));
    }

    public override Answer Run(byte[] input)
    {
        try
        {
            var list = RevocationList.Parse(input);
            OracleException.Require(list.Count <= input.Length / 3, "more numbers than there is room for");
            return Answer.Accepted($"{list.Count}");
        }
        catch (FormatException refusal)
        {
            return Answer.Refused(refusal.Message);
        }
    }
}
