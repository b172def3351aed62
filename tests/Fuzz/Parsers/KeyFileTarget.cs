using Kv.Node.Auth;
using Kv.Node.Options;
using Kv.Node.Tls;

namespace Fuzz.Parsers;

/// <summary>Files of certificates and keys. The first byte says what the file is given as.</summary>
internal sealed class KeyFileTarget() : Target("key-file")
{
    private static readonly string[] Methods = ["RS256", "PS512", "ES256", "EdDSA"];

    private static readonly string FilePath = Path.GetTempFileName();

    private static readonly string Certificate = SampleKeys.Certificate();

    private static readonly string Key = SampleKeys.Pem(SampleKeys.Curve.Private);

    private static readonly string CertificatePath = Write(Certificate, "crt");

    private static readonly string KeyPath = Write(Key, "key");

    public override int QuickInputs => 80;

    public override IEnumerable<string> Words =>
    [
        "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----", "-----BEGIN PRIVATE KEY-----", "-----BEGIN RSA PRIVATE KEY-----",
        "-----BEGIN EC PRIVATE KEY-----", "-----BEGIN PUBLIC KEY-----", "-----BEGIN ENCRYPTED PRIVATE KEY-----", "\n", "=", "MIIB",
        "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n", "-----BEGIN OPENSSH PRIVATE KEY-----", "-----BEGIN EC PARAMETERS-----",
    ];

    public override IEnumerable<byte[]> Corpus()
    {
        var rsa = Samples.Bytes(SampleKeys.Pem(SampleKeys.Rsa.Private));
        yield return [0, .. rsa];
        yield return [1, .. rsa];
        yield return [2, .. Samples.Bytes(Key)];
        yield return [3, .. Samples.Bytes(SampleKeys.Pem(SampleKeys.Edwards.Private))];
        yield return [4, .. Samples.Bytes(Certificate)];
        yield return [5, .. Samples.Bytes(Key)];
        yield return [6, .. Samples.Bytes(Certificate + Certificate)];
    }

    public override Answer Run(byte[] input)
    {
        File.WriteAllBytes(FilePath, input.Length == 0 ? [] : input[1..]);
        try
        {
            return Read(input.Length == 0 ? 0 : input[0] % 7);
        }
        catch (OptionsException refusal)
        {
            OracleException.Require(refusal.Message.Contains(FilePath, StringComparison.Ordinal), $"the file is not named: {refusal.Message}");
            OracleException.Require(refusal.Message.AsSpan().IndexOfAny("\r\n") < 0, "the reason is not one line");
            return Answer.Refused(refusal.Message);
        }
    }

    private static Answer Read(int kind)
    {
        if (kind < Methods.Length)
        {
            var key = JwtKey.Load(new JwtOptions(Methods[kind], "", FilePath, TimeSpan.FromMinutes(1)));
            return Answer.Accepted($"{Methods[kind]} {key.CanSign}");
        }

        var options = kind switch
        {
            4 => new TlsOptions { CertFile = FilePath, KeyFile = KeyPath },
            5 => new TlsOptions { CertFile = CertificatePath, KeyFile = FilePath },
            _ => new TlsOptions { TrustedCaFile = FilePath },
        };
        var material = new TlsFiles(options, "peer-").Read();
        return Answer.Accepted($"{material.Server is not null} {material.Authorities?.Count}");
    }

    private static string Write(string text, string extension)
    {
        var path = Path.ChangeExtension(FilePath, extension);
        File.WriteAllText(path, text);
        return path;
    }
}
