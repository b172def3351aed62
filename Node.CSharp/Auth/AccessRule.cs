namespace Kv.Node.Auth;

/// <summary>Who may make a call while authentication is on.</summary>
internal enum AccessRule
{
    /// <summary>Anybody, whatever he says of himself.</summary>
    Open,

    /// <summary>Any user.</summary>
    User,

    /// <summary>Whoever holds the root role.</summary>
    Root,

    /// <summary>It depends on what the request is about: the handler, or the store when it applies the command,
    /// compares that with what the caller may do. One who is nobody may do nothing.</summary>
    Content,
}
