// bcrypt is slow on purpose: it is done by a thread of low priority, so that a storm of logins cannot take the
// machine away from everybody else. Clients of the v2 API send the password with every request, and others log
// in again and again, so what was right once is remembered, as a keyed digest.
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Kv.Node.Grpc;
using Kv.Node.Threads;

namespace Kv.Node.Auth;

/// <summary>Hashes and compares passwords.</summary>
internal sealed class Passwords : IDisposable
{
    /// <summary>Bytes of a password that bcrypt looks at; of a longer one the rest would not count.</summary>
    public const int BytesMax = 72;

    private const int WaitingMax = 1_000;

    private const int RememberedMax = 10_000;

    private readonly int _cost;
    private readonly BackgroundThread _thread = new("passwords", WaitingMax);
    private readonly ConcurrentDictionary<string, byte> _right = new();
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly Lazy<string> _nobodys;

    /// <param name="cost">bcrypt's cost: a hash takes 2^cost rounds.</param>
    public Passwords(int cost)
    {
        _cost = cost;
        _nobodys = new Lazy<string>(() => BCrypt.Net.BCrypt.HashPassword(Convert.ToHexString(_key), cost));
    }

    /// <summary>Makes the hash of a password.</summary>
    /// <exception cref="EtcdException">It is too long, or too many wait already.</exception>
    public Task<string> HashAsync(string password, CancellationToken token) =>
        Encoding.UTF8.GetByteCount(password) > BytesMax
            ? throw EtcdErrors.PasswordTooLong
            : _thread.RunAsync(() => BCrypt.Net.BCrypt.HashPassword(password, _cost), token);

    /// <summary>True if it is the password of this hash.</summary>
    /// <param name="password">What was said.</param>
    /// <param name="hash">bcrypt's text; null if there is no such user, who is not told sooner than others.</param>
    /// <param name="token">Stops waiting.</param>
    /// <exception cref="EtcdException">Too many wait already.</exception>
    public async Task<bool> IsRightAsync(string password, string? hash, CancellationToken token)
    {
        var digest = Convert.ToBase64String(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{hash}\n{password}")));
        if (_right.ContainsKey(digest))
        {
            return true;
        }

        if (!await _thread.RunAsync(() => IsRight(password, hash ?? _nobodys.Value), token))
        {
            return false;
        }

        if (_right.Count >= RememberedMax)
        {
            _right.Clear();
        }

        _right.TryAdd(digest, 0);
        return true;
    }

    public void Dispose() => _thread.Dispose();

    private static bool IsRight(string password, string hash)
    {
        try
        {
            return Encoding.UTF8.GetByteCount(password) <= BytesMax && BCrypt.Net.BCrypt.Verify(password, hash);
        }
        catch (BCrypt.Net.SaltParseException)
        {
            return false;
        }
    }
}
