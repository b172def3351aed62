namespace Kv.Node.V2.Auth;

/// <summary>A refusal of the v2 auth API.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="message">etcd's text.</param>
internal sealed class V2AuthException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;

    /// <summary>A refusal by the rules of users and roles, whose texts all begin alike.</summary>
    public static V2AuthException Rule(int status, string message) => new(status, "auth: " + message);
}
