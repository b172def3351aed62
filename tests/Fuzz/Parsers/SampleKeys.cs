// Keys and certificates that are the same in every run, so that a run is a function of its seed. Good for nothing else.
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Operators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Prng;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.OpenSsl;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;

namespace Fuzz.Parsers;

/// <summary>Keys for valid inputs.</summary>
internal static class SampleKeys
{
    private static readonly X509Name Name = new("CN=fuzz");

    public static AsymmetricCipherKeyPair Rsa { get; } = Make(new RsaKeyPairGenerator(), new RsaKeyGenerationParameters(BigInteger.ValueOf(65537), Chance(), 2048, 20));

    public static AsymmetricCipherKeyPair Curve { get; } =
        Make(new ECKeyPairGenerator(), new ECKeyGenerationParameters(X9ObjectIdentifiers.Prime256v1, Chance()));

    public static AsymmetricCipherKeyPair Edwards { get; } = Make(new Ed25519KeyPairGenerator(), new Ed25519KeyGenerationParameters(Chance()));

    /// <summary>A certificate of <see cref="Curve"/> by itself.</summary>
    public static string Certificate()
    {
        var generator = new X509V3CertificateGenerator();
        generator.SetSerialNumber(BigInteger.One);
        generator.SetIssuerDN(Name);
        generator.SetSubjectDN(Name);
        generator.SetNotBefore(DateTime.UnixEpoch);
        generator.SetNotAfter(DateTime.UnixEpoch.AddYears(70));
        generator.SetPublicKey(Curve.Public);
        return Pem(generator.Generate(Signer()));
    }

    /// <summary>A list of that many revoked certificates, DER.</summary>
    public static byte[] RevocationList(int count)
    {
        var generator = new X509V2CrlGenerator();
        generator.SetIssuerDN(Name);
        generator.SetThisUpdate(DateTime.UnixEpoch);
        generator.SetNextUpdate(DateTime.UnixEpoch.AddDays(1));
        for (var i = 1; i <= count; i++)
        {
            generator.AddCrlEntry(BigInteger.ValueOf(i).ShiftLeft(8 * i), DateTime.UnixEpoch, CrlReason.KeyCompromise);
        }

        return generator.Generate(Signer()).GetEncoded();
    }

    public static string Pem(object key)
    {
        using var text = new StringWriter();
        new PemWriter(text).WriteObject(key);
        return text.ToString();
    }

    private static Asn1SignatureFactory Signer() => new("SHA256WITHECDSA", Curve.Private, Chance());

    private static AsymmetricCipherKeyPair Make(IAsymmetricCipherKeyPairGenerator generator, KeyGenerationParameters parameters)
    {
        generator.Init(parameters);
        return generator.GenerateKeyPair();
    }

    private static SecureRandom Chance()
    {
        var source = new DigestRandomGenerator(new Sha256Digest());
        source.AddSeedMaterial(1);
        return new SecureRandom(source, autoSeedLengthInBytes: 0);
    }
}
