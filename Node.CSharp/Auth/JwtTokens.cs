// Tokens that say themselves whose they are, signed: no member has to remember them (A3; RFC 7515 §3.1, RFC 7519).
// They carry the revision of the users they were made at, and go with it (A4).
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Kv.Core.Auth;
using Kv.Node.Grpc;

namespace Kv.Node.Auth;

/// <summary>JSON web tokens, with etcd's claims.</summary>
/// <param name="options">Method and times.</param>
/// <param name="key">Its key.</param>
/// <param name="clock">Wall clock; members must agree on it by more than the time to live.</param>
internal sealed partial class JwtTokens(JwtOptions options, JwtKey key, TimeProvider clock) : ITokens
{
    private const int RememberedMax = 10_000;

    /// <summary>Longest token that is looked at.</summary>
    private const int LengthMax = 8 << 10;

    /// <summary>Signatures found good, by a digest of the token: they are dear to check at every call.</summary>
    private readonly ConcurrentDictionary<string, Claims> _good = new(StringComparer.Ordinal);

    public bool AreDated => true;

    public Task<string> IssueAsync(string user, ulong revision, CancellationToken token)
    {
        if (!key.CanSign)
        {
            throw EtcdErrors.TokensOnlyVerified;
        }

        var header = JsonSerializer.SerializeToUtf8Bytes(new Header(options.Method, "JWT"), Json.Default.Header);
        var expiry = clock.GetUtcNow() + options.Ttl;
        var claims = JsonSerializer.SerializeToUtf8Bytes(
            new Claims(user, revision, expiry.ToUnixTimeSeconds()), Json.Default.Claims);
        var signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(claims)}";
        return Task.FromResult($"{signed}.{Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes(signed)))}");
    }

    public ValueTask<Caller?> FindAsync(string text, CancellationToken token)
    {
        if (text.Length > LengthMax)
        {
            return new((Caller?)null);
        }

        var digest = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        if (!_good.TryGetValue(digest, out var claims))
        {
            claims = Check(text);
            if (claims is null)
            {
                return new((Caller?)null);
            }

            if (_good.Count >= RememberedMax)
            {
                _good.Clear();
            }

            _good.TryAdd(digest, claims);
        }

        return new(claims.Expiry > clock.GetUtcNow().ToUnixTimeSeconds() ? Caller.User(claims.UserName, claims.Revision) : null);
    }

    /// <summary>What a token says, if the signature is ours.</summary>
    private Claims? Check(string text)
    {
        var parts = text.Split('.');
        try
        {
            if (parts.Length != 3
                || JsonSerializer.Deserialize(Base64Url.DecodeFromChars(parts[0]), Json.Default.Header)?.Method != options.Method
                || !key.IsSignature(
                    Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2])))
            {
                return null;
            }

            return JsonSerializer.Deserialize(Base64Url.DecodeFromChars(parts[1]), Json.Default.Claims)
                is { UserName.Length: > 0 } claims ? claims : null;
        }
        catch (Exception e) when (e is FormatException or JsonException or CryptographicException)
        {
            return null;
        }
    }

    internal sealed record Header(
        [property: JsonPropertyName("alg")] string Method, [property: JsonPropertyName("typ")] string Type);

    internal sealed record Claims(
        [property: JsonPropertyName("username")] string UserName,
        [property: JsonPropertyName("revision")] ulong Revision,
        [property: JsonPropertyName("exp")] long Expiry);

    [JsonSerializable(typeof(Header))]
    [JsonSerializable(typeof(Claims))]
    private sealed partial class Json : JsonSerializerContext;
}
