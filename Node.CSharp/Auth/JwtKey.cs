// Signing and checking with one key (RFC 7518 §3). The method is fixed by the operator: what a token says of its
// own method must be the same, and is otherwise never followed.
using System.Security.Cryptography;
using Kv.Node.Options;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.OpenSsl;

namespace Kv.Node.Auth;

/// <summary>A key, and what is done with it.</summary>
internal abstract class JwtKey
{
    /// <summary>All methods.</summary>
    public static IReadOnlyList<string> Methods { get; } =
    [
        "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
    ];

    /// <summary>Tokens can be made, not only checked.</summary>
    public abstract bool CanSign { get; }

    /// <summary>Reads the files.</summary>
    /// <exception cref="OptionsException">One cannot be read, or does not fit the method.</exception>
    public static JwtKey Load(JwtOptions options)
    {
        var file = options.PrivateKeyFile.Length > 0 ? options.PrivateKeyFile : options.PublicKeyFile;
        try
        {
            return options.Method[..2] switch
            {
                "HS" => new Hmac(HashOf(options.Method), ReadSecret(options)),
                "RS" => new Rsa(HashOf(options.Method), RSASignaturePadding.Pkcs1, options),
                "PS" => new Rsa(HashOf(options.Method), RSASignaturePadding.Pss, options),
                "ES" => new Ecdsa(options),
                _ => new Ed25519(options),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException
            or ArgumentException or InvalidCastException or PemException)
        {
            throw new OptionsException($"--auth-token: {file} is no key for {options.Method}: {e.Message}");
        }
    }

    public abstract byte[] Sign(byte[] data);

    public abstract bool IsSignature(byte[] data, byte[] signature);

    private static HashAlgorithmName HashOf(string method) => new($"SHA{method[2..]}");

    private static byte[] ReadSecret(JwtOptions options) =>
        options.PrivateKeyFile.Length > 0
            ? File.ReadAllBytes(options.PrivateKeyFile)
            : throw new ArgumentException("the secret is given as priv-key");

    /// <summary>The private key if there is one: the public one follows from it.</summary>
    private static string ReadPem(JwtOptions options) =>
        File.ReadAllText(options.PrivateKeyFile.Length > 0 ? options.PrivateKeyFile : options.PublicKeyFile);

    private sealed class Hmac(HashAlgorithmName hash, byte[] secret) : JwtKey
    {
        public override bool CanSign => true;

        public override byte[] Sign(byte[] data) => CryptographicOperations.HmacData(hash, secret, data);

        public override bool IsSignature(byte[] data, byte[] signature) =>
            CryptographicOperations.FixedTimeEquals(Sign(data), signature);
    }

    private sealed class Rsa : JwtKey
    {
        private readonly RSA _key = RSA.Create();
        private readonly HashAlgorithmName _hash;
        private readonly RSASignaturePadding _padding;

        public Rsa(HashAlgorithmName hash, RSASignaturePadding padding, JwtOptions options)
        {
            (_hash, _padding, CanSign) = (hash, padding, options.PrivateKeyFile.Length > 0);
            _key.ImportFromPem(ReadPem(options));
        }

        public override bool CanSign { get; }

        public override byte[] Sign(byte[] data) => _key.SignData(data, _hash, _padding);

        public override bool IsSignature(byte[] data, byte[] signature) => _key.VerifyData(data, signature, _hash, _padding);
    }

    private sealed class Ecdsa : JwtKey
    {
        private readonly ECDsa _key = ECDsa.Create();
        private readonly HashAlgorithmName _hash;

        public Ecdsa(JwtOptions options)
        {
            (_hash, CanSign) = (HashOf(options.Method), options.PrivateKeyFile.Length > 0);
            _key.ImportFromPem(ReadPem(options));
            // Each method has its curve; that of ES512 is P-521.
            var bits = options.Method == "ES512" ? 521 : int.Parse(options.Method[2..], System.Globalization.CultureInfo.InvariantCulture);
            if (_key.KeySize != bits)
            {
                throw new CryptographicException($"the key has {_key.KeySize} bits, not {bits}");
            }
        }

        public override bool CanSign { get; }

        public override byte[] Sign(byte[] data) => _key.SignData(data, _hash);

        public override bool IsSignature(byte[] data, byte[] signature) => _key.VerifyData(data, signature, _hash);
    }

    /// <summary>Not in the framework's own library.</summary>
    private sealed class Ed25519 : JwtKey
    {
        private readonly Ed25519PrivateKeyParameters? _private;
        private readonly Ed25519PublicKeyParameters _public;

        public Ed25519(JwtOptions options)
        {
            using var text = new StringReader(ReadPem(options));
            (_private, _public) = new PemReader(text).ReadObject() switch
            {
                Ed25519PrivateKeyParameters own => (own, own.GeneratePublicKey()),
                Ed25519PublicKeyParameters known => ((Ed25519PrivateKeyParameters?)null, known),
                _ => throw new ArgumentException("it is not an Ed25519 key in PEM"),
            };
        }

        public override bool CanSign => _private is not null;

        public override byte[] Sign(byte[] data)
        {
            var signer = new Ed25519Signer();
            signer.Init(forSigning: true, _private);
            signer.BlockUpdate(data, 0, data.Length);
            return signer.GenerateSignature();
        }

        public override bool IsSignature(byte[] data, byte[] signature)
        {
            var signer = new Ed25519Signer();
            signer.Init(forSigning: false, _public);
            signer.BlockUpdate(data, 0, data.Length);
            return signer.VerifySignature(signature);
        }
    }
}
