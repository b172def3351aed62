using Kv.Core.Auth;
using Kv.Node.Grpc;

namespace Kv.Node.Auth;

/// <summary>What users bring with their calls once they have logged in.</summary>
internal interface ITokens
{
    /// <summary>What a token says may be out of date for good: its holder must log in again when users change.</summary>
    bool AreDated { get; }

    /// <summary>Makes a token.</summary>
    /// <param name="user">Whose password was found right.</param>
    /// <param name="revision">Of the users, when it was.</param>
    /// <param name="token">Gives up.</param>
    /// <exception cref="EtcdException">"Old revision" if users have changed since; or it cannot be made.</exception>
    Task<string> IssueAsync(string user, ulong revision, CancellationToken token);

    /// <summary>Who holds a token; null if it is no good.</summary>
    ValueTask<Caller?> FindAsync(string text, CancellationToken token);
}
