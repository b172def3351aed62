// Who calls in runs with authentication: root, and two users with rights to parts of the alphabet, which meet and
// overlap.
namespace Differential.Model;

/// <summary>The users of a run.</summary>
internal static class Users
{
    public const string Root = "root";

    /// <summary>Their names; the password is the name.</summary>
    public static IReadOnlyList<string> All { get; } = [Root, "ann", "bob"];

    /// <summary>Role, kind, key and end of each permission; a role is held by the user of that name. The empty
    /// end is the key alone, "\0" is everything from it on.</summary>
    public static IReadOnlyList<(string Role, string Kind, string Key, string End)> Permissions { get; } =
    [
        ("ann", "READWRITE", "a", "b"), ("ann", "READ", "b", "c"), ("ann", "WRITE", "c", ""), ("ann", "READWRITE", "d/", "d0"),
        ("bob", "READ", "b", "\0"), ("bob", "WRITE", "ab", "ac"), ("bob", "READWRITE", "d/2", "d/3"), ("bob", "READWRITE", "d/3", "e"),
        ("bob", "WRITE", "\0", "a"),
    ];
}
