// Tokens that mean something only to the members: random letters, and the place in the log where they were made
// known (A2). The log, and so every member, has a digest of them; how long one is not used each member counts for
// itself.
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Kv.Core.Apply;
using Kv.Core.Auth;
using Kv.Core.Mvcc;
using Kv.Node.Engine;
using Kv.Node.Grpc;
using Kv.Node.Options;

namespace Kv.Node.Auth;

/// <summary>etcd's simple tokens.</summary>
internal sealed class SimpleTokens : ITokens
{
    private const int Letters = 16;

    private const string Alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    /// <summary>Milliseconds between two searches for tokens that are over.</summary>
    private const long SweepEvery = 30_000;

    private readonly NodeEngine _engine;
    private readonly long _ttl;
    private readonly ConcurrentDictionary<string, Held> _held = new(StringComparer.Ordinal);
    private long _swept;

    public SimpleTokens(NodeEngine engine, NodeOptions options)
    {
        _engine = engine;
        _ttl = (long)options.AuthTokenTtl.TotalMilliseconds;
        engine.Decided += OnDecided;
    }

    public bool AreDated => false;

    public async Task<string> IssueAsync(string user, ulong revision, CancellationToken token)
    {
        var letters = RandomNumberGenerator.GetString(Alphabet, Letters);
        var outcome = await _engine.ProposeOwnAsync(Command.NewTokenIssue(user, revision, Digest(letters)), token);
        StoreErrors.ThrowIfAny(outcome.Error);
        return string.Create(CultureInfo.InvariantCulture, $"{letters}.{outcome.Index}");
    }

    public async ValueTask<Caller?> FindAsync(string text, CancellationToken token)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot != Letters || !ulong.TryParse(text.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            return null;
        }

        var state = _engine.State;
        if (state.AppliedIndex < index)
        {
            // Another member made it, and this one is a little behind.
            state = await _engine.ReadAsync(token);
        }

        var key = Convert.ToHexString(Digest(text[..dot]));
        if (!_held.TryGetValue(key, out var held) || held.Index != index || held.IsOver(Environment.TickCount64, _ttl))
        {
            return null;
        }

        // It ends with the password, and with the user, even if there is another of that name.
        var auth = state.Auth;
        if (auth.FindUser(held.User)?.PasswordHash != held.PasswordHash)
        {
            _held.TryRemove(key, out _);
            return null;
        }

        held.Touch(Environment.TickCount64);
        return Caller.User(held.User, auth.Revision);
    }

    private static byte[] Digest(string letters) => SHA256.HashData(Encoding.ASCII.GetBytes(letters));

    /// <summary>What the log said before this member started is over: it has forgotten all tokens.</summary>
    private void OnDecided(StoreState state, IReadOnlyList<Outcome> outcomes)
    {
        if (!state.Auth.IsEnabled)
        {
            if (!_held.IsEmpty)
            {
                _held.Clear();
            }

            return;
        }

        for (var i = 0; i < outcomes.Count; i++)
        {
            if (outcomes[i].Reply is TokenReply issued && outcomes[i].Index > _engine.RecoveredIndex)
            {
                Sweep();
                _held[Convert.ToHexString(issued.Digest)] =
                    new Held(issued.User, issued.PasswordHash, outcomes[i].Index, Environment.TickCount64);
            }
        }
    }

    private void Sweep()
    {
        var now = Environment.TickCount64;
        if (now - _swept < SweepEvery)
        {
            return;
        }

        _swept = now;
        foreach (var (key, held) in _held)
        {
            if (held.IsOver(now, _ttl))
            {
                _held.TryRemove(key, out _);
            }
        }
    }

    private sealed class Held(string user, string passwordHash, ulong index, long now)
    {
        private long _used = now;

        public string User => user;

        public string PasswordHash => passwordHash;

        public ulong Index => index;

        public bool IsOver(long time, long ttl) => time - Volatile.Read(ref _used) > ttl;

        public void Touch(long time) => Volatile.Write(ref _used, time);
    }
}
