// bcrypt is slow on purpose: a few comparisons at a time, on threads of their own turn, so that a storm of
// logins cannot take the machine away from everybody else. Clients of the v2 API send the password with every
// request, so what was right once is remembered, as a keyed digest.
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Kv.Node.Grpc;

namespace Kv.Node.V2.Auth;

/// <summary>Hashes and compares passwords.</summary>
/// <param name="cost">bcrypt's cost: the hash takes 2^cost rounds.</param>
internal sealed class Passwords(int cost) : IDisposable
{
    private const int WaitingMax = 1_000;

    private const int RememberedMax = 10_000;

    private readonly SemaphoreSlim _turn = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly ConcurrentDictionary<string, byte> _right = new();
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private int _waiting;

    /// <summary>Makes the hash of a password.</summary>
    /// <exception cref="EtcdException">Too many wait already.</exception>
    public Task<string> HashAsync(string password, CancellationToken token) =>
        InTurnAsync(() => BCrypt.Net.BCrypt.HashPassword(password, cost), token);

    /// <summary>True if it is the password of this hash.</summary>
    /// <exception cref="EtcdException">Too many wait already.</exception>
    public async Task<bool> IsRightAsync(string password, string hash, CancellationToken token)
    {
        var digest = Convert.ToBase64String(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{hash}\n{password}")));
        if (_right.ContainsKey(digest))
        {
            return true;
        }

        if (!await InTurnAsync(() => IsRight(password, hash), token))
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

    public void Dispose() => _turn.Dispose();

    private static bool IsRight(string password, string hash)
    {
        try
        {
            return BCrypt.Net.BCrypt.Verify(password, hash);
        }
        catch (BCrypt.Net.SaltParseException)
        {
            return false;
        }
    }

    private async Task<T> InTurnAsync<T>(Func<T> work, CancellationToken token)
    {
        if (Interlocked.Increment(ref _waiting) > WaitingMax)
        {
            Interlocked.Decrement(ref _waiting);
            throw EtcdErrors.TooManyRequests;
        }

        try
        {
            await _turn.WaitAsync(token);
            try
            {
                return await Task.Run(work, CancellationToken.None);
            }
            finally
            {
                _turn.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
