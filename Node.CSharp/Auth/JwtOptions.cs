// The value of --auth-token (A3): "simple", or "jwt" with its settings behind it, separated by commas.
using Kv.Node.Options;

namespace Kv.Node.Auth;

/// <summary>Settings of tokens that carry what they say.</summary>
/// <param name="Method">Signature algorithm, as JWA calls it (RFC 7518 §3.1).</param>
/// <param name="PublicKeyFile">PEM; empty if the private key is to do.</param>
/// <param name="PrivateKeyFile">PEM, or the secret of an HS method; empty on a member that only checks tokens.</param>
/// <param name="Ttl">How long a token is good.</param>
internal sealed record JwtOptions(string Method, string PublicKeyFile, string PrivateKeyFile, TimeSpan Ttl)
{
    private static readonly TimeSpan DefaultTtl = TimeSpan.FromMinutes(5);

    /// <summary>Reads the value of the flag.</summary>
    /// <returns>Null for simple tokens.</returns>
    /// <exception cref="FormatException">It is neither.</exception>
    public static JwtOptions? Parse(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        if (parts is ["simple"])
        {
            return null;
        }

        if (parts[0] != "jwt")
        {
            throw new FormatException("expected simple, or jwt,sign-method=METHOD,priv-key=FILE,pub-key=FILE,ttl=TIME");
        }

        var options = new JwtOptions("", "", "", DefaultTtl);
        var given = new HashSet<string>();
        foreach (var part in parts[1..])
        {
            var (key, value) = part.Split('=', 2) is [var left, var right] ? (left, right) : (part, "");
            if (!given.Add(key))
            {
                throw new FormatException($"{key} is given twice");
            }

            options = key switch
            {
                "sign-method" => options with { Method = FlagValue.Choice(value, [.. JwtKey.Methods]) },
                "pub-key" => options with { PublicKeyFile = FlagValue.NonEmpty(value) },
                "priv-key" => options with { PrivateKeyFile = FlagValue.NonEmpty(value) },
                "ttl" => options with { Ttl = Positive(GoDuration.Parse(value)) },
                _ => throw new FormatException($"{key} is not known: sign-method, priv-key, pub-key and ttl are"),
            };
        }

        return options.Method.Length == 0 ? throw new FormatException("jwt needs sign-method")
            : options.PublicKeyFile.Length + options.PrivateKeyFile.Length == 0 ? throw new FormatException("jwt needs priv-key or pub-key")
            : options;
    }

    private static TimeSpan Positive(TimeSpan ttl) =>
        ttl > TimeSpan.Zero ? ttl : throw new FormatException("ttl must be more than 0");
}
