// Messages and HTTP status of the v2 codes (etcd-facts §5.3): clients tell them apart by the number,
// people by the text.
using Kv.Core.V2;

namespace Kv.Node.V2;

/// <summary>etcd's table of v2 errors.</summary>
internal static class V2Errors
{
    public static string Message(V2Code code) => code switch
    {
        V2Code.KeyNotFound => "Key not found",
        V2Code.CompareFailed => "Compare failed",
        V2Code.NotFile => "Not a file",
        V2Code.NotDirectory => "Not a directory",
        V2Code.KeyExists => "Key already exists",
        V2Code.RootReadOnly => "Root is read only",
        V2Code.DirectoryNotEmpty => "Directory not empty",
        V2Code.Unauthorized => "The request requires user authentication",
        V2Code.PreviousValueRequired => "PrevValue is Required in POST form",
        V2Code.TtlNotNumber => "The given TTL in POST form is not a number",
        V2Code.IndexNotNumber => "The given index in POST form is not a number",
        V2Code.InvalidField => "Invalid field",
        V2Code.InvalidForm => "Invalid POST form",
        V2Code.RefreshValue => "Value provided on refresh",
        V2Code.RefreshTtlRequired => "A TTL must be provided on refresh",
        V2Code.RaftInternal => "Raft Internal Error",
        V2Code.EventIndexCleared => "The event in requested index is outdated and cleared",
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "a code without a message"),
    };

    public static int Status(V2Code code) => code switch
    {
        V2Code.KeyNotFound => StatusCodes.Status404NotFound,
        V2Code.Unauthorized => StatusCodes.Status401Unauthorized,
        V2Code.NotFile or V2Code.DirectoryNotEmpty => StatusCodes.Status403Forbidden,
        V2Code.CompareFailed or V2Code.KeyExists => StatusCodes.Status412PreconditionFailed,
        V2Code.RaftInternal => StatusCodes.Status500InternalServerError,
        _ => StatusCodes.Status400BadRequest,
    };
}
