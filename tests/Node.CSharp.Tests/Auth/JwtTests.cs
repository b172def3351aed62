// Signed tokens: every method makes tokens it takes itself, and takes no others.
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Kv.Node.Auth;
using Kv.Node.Options;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.OpenSsl;
using Org.BouncyCastle.Security;
using Xunit;

namespace Kv.Node.Tests.Auth;

/// <summary>JSON web tokens.</summary>
public sealed class JwtTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("kv-jwt-").FullName;

    public static TheoryData<string> Methods => [.. JwtKey.Methods];

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task A_token_says_whose_it_is_until_it_ends(string method)
    {
        var clock = new SettableClock();
        var (own, options) = Make(method, clock);
        var token = await own.IssueAsync("ann", 7, default);
        var caller = await own.FindAsync(token, default);
        Assert.Equal(("ann", 7UL), (caller!.Name, caller.Revision));

        // Again, now that it is remembered; and on a member that can only check, if the method allows one.
        Assert.NotNull(await own.FindAsync(token, default));
        if (!method.StartsWith("HS", StringComparison.Ordinal))
        {
            var checking = options with { PrivateKeyFile = "" };
            var other = new JwtTokens(checking, JwtKey.Load(checking), clock);
            Assert.Equal("ann", (await other.FindAsync(token, default))!.Name);
            await Assert.ThrowsAnyAsync<Exception>(() => other.IssueAsync("ann", 7, default));
        }

        var parts = token.Split('.');
        var forged = Base64Url.EncodeToString(Encoding.UTF8.GetBytes("""{"username":"root","revision":7,"exp":99999999999}"""));
        var none = Base64Url.EncodeToString(Encoding.UTF8.GetBytes("""{"alg":"none","typ":"JWT"}"""));
        foreach (var bad in new[]
        {
            $"{parts[0]}.{forged}.{parts[2]}", $"{none}.{forged}.", $"{none}.{parts[1]}.{parts[2]}", $"{parts[0]}.{parts[1]}.",
            "", "a.b.c", "..", token[..^2], token + "x", new string('a', 10_000), "ü.ü.ü",
        })
        {
            Assert.Null(await own.FindAsync(bad, default));
        }

        clock.Now += TimeSpan.FromMinutes(2) + TimeSpan.FromSeconds(1);
        Assert.Null(await own.FindAsync(token, default));
    }

    [Fact]
    public async Task A_token_of_another_key_or_method_is_refused()
    {
        var clock = new SettableClock();
        var (first, _) = Make("RS256", clock);
        var (second, _) = Make("RS256", clock, "other");
        var (pss, _) = Make("PS256", clock);
        var token = await first.IssueAsync("ann", 1, default);
        Assert.Null(await second.FindAsync(token, default));
        Assert.Null(await pss.FindAsync(token, default));
    }

    [Theory]
    [InlineData("oauth", "expected simple, or jwt")]
    [InlineData("jwt", "needs sign-method")]
    [InlineData("jwt,sign-method=RS256", "needs priv-key or pub-key")]
    [InlineData("jwt,sign-method=none,priv-key=x", "expected HS256")]
    [InlineData("jwt,sign-method=RS256,priv-key=x,priv-key=y", "priv-key is given twice")]
    [InlineData("jwt,sign-method=RS256,priv-key=x,ttl=0s", "ttl must be more than 0")]
    [InlineData("jwt,sign-method=RS256,priv-key=x,ttl=soon", "expected a duration")]
    [InlineData("jwt,sign-method=RS256,key=x", "key is not known")]
    [InlineData("simple,ttl=5m", "expected simple, or jwt")]
    public void Settings_that_cannot_be_are_named(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => JwtOptions.Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("RS256", "RS256.pem is no key for RS256")]
    [InlineData("ES256", "ES256.pem is no key for ES256")]
    [InlineData("EdDSA", "EdDSA.pem is no key for EdDSA")]
    public void A_file_that_is_no_key_is_named(string method, string expected)
    {
        var file = Path.Combine(_directory, method + ".pem");
        File.WriteAllText(file, "no key");
        var options = JwtOptions.Parse($"jwt,sign-method={method},priv-key={file}")!;
        Assert.Contains(expected, Assert.Throws<OptionsException>(() => JwtKey.Load(options)).Message, StringComparison.Ordinal);
        options = options with { PrivateKeyFile = Path.Combine(_directory, "none") };
        Assert.Throws<OptionsException>(() => JwtKey.Load(options));
    }

    [Fact]
    public void A_curve_must_be_that_of_the_method()
    {
        Make("ES384", new SettableClock());
        var options = JwtOptions.Parse($"jwt,sign-method=ES256,priv-key={Path.Combine(_directory, "ES384.key")}")!;
        Assert.Contains("384 bits, not 256", Assert.Throws<OptionsException>(() => JwtKey.Load(options)).Message, StringComparison.Ordinal);
    }

    private (JwtTokens Tokens, JwtOptions Options) Make(string method, TimeProvider clock, string? name = null)
    {
        var own = Path.Combine(_directory, (name ?? method) + ".key");
        var known = Path.Combine(_directory, (name ?? method) + ".pub");
        var (privatePem, publicPem) = KeysOf(method);
        File.WriteAllText(own, privatePem);
        File.WriteAllText(known, publicPem);
        var options = JwtOptions.Parse($"jwt,sign-method={method},priv-key={own},pub-key={known},ttl=2m")!;
        return (new JwtTokens(options, JwtKey.Load(options), clock), options);
    }

    private static (string Private, string Public) KeysOf(string method)
    {
        switch (method[..2])
        {
            case "HS":
                return ("a secret of some length", "");
            case "RS" or "PS":
                using (var rsa = RSA.Create(2048))
                {
                    return (rsa.ExportPkcs8PrivateKeyPem(), rsa.ExportSubjectPublicKeyInfoPem());
                }

            case "ES":
                var curve = method switch
                {
                    "ES256" => ECCurve.NamedCurves.nistP256,
                    "ES384" => ECCurve.NamedCurves.nistP384,
                    _ => ECCurve.NamedCurves.nistP521,
                };
                using (var ec = ECDsa.Create(curve))
                {
                    return (ec.ExportPkcs8PrivateKeyPem(), ec.ExportSubjectPublicKeyInfoPem());
                }

            default:
                var generator = new Ed25519KeyPairGenerator();
                generator.Init(new Ed25519KeyGenerationParameters(new SecureRandom()));
                var pair = generator.GenerateKeyPair();
                return (Pem(new Pkcs8Generator(pair.Private)), Pem(pair.Public));
        }
    }

    private static string Pem(object key)
    {
        using var text = new StringWriter();
        using (var pem = new PemWriter(text))
        {
            pem.WriteObject(key);
        }

        return text.ToString();
    }

    private sealed class SettableClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UtcNow;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
