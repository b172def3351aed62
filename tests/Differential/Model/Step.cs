// What a sequence is made of. Steps say what to do in terms that hold whatever was done before them
// (revisions are relative, see Symbols), so that a sequence stays meaningful when steps are taken out.
using Etcdserverpb;
using Google.Protobuf;

namespace Differential.Model;

/// <summary>One thing done to both servers.</summary>
internal abstract record Step
{
    /// <summary>Its kind, for counting.</summary>
    public abstract string Kind { get; }
}

/// <summary>A unary call over gRPC, or in the JSON form if there is one.</summary>
/// <param name="Rpc">Which call.</param>
/// <param name="Request">The request, with symbols.</param>
/// <param name="Json">How the JSON is to be written; null for gRPC.</param>
/// <param name="Caller">Who calls, once there are users.</param>
internal sealed record Call(Rpc Rpc, IMessage Request, JsonStyle? Json = null, string Caller = Users.Root) : Step
{
    public override string Kind =>
        (Json is null ? Rpc.Name : $"{Rpc.Name} (JSON)") + (Caller == Users.Root ? "" : $" as {Caller}");
}

/// <summary>Users and roles are made, and authentication is switched on.</summary>
internal sealed record MakeUsers : Step
{
    public override string Kind => "users";
}

/// <summary>A JSON request whose body is not the form of a message.</summary>
internal sealed record RawJson(Rpc Rpc, string Body) : Step
{
    public override string Kind => "malformed JSON";
}

/// <summary>A keep-alive stream with a few requests, ended by the client.</summary>
internal sealed record KeepAlive(IReadOnlyList<long> Ids, bool IsJson) : Step
{
    public override string Kind => IsJson ? "LeaseKeepAlive (JSON)" : "LeaseKeepAlive";
}

/// <summary>A lease with the shortest time to live, from its grant to its revocation.</summary>
/// <param name="Ttl">Asked for, seconds.</param>
internal sealed record BriefLease(long Ttl) : Step
{
    /// <summary>An id that no other step uses.</summary>
    public const long Id = 91;

    public override string Kind => "brief lease";
}

/// <summary>A new watcher on a stream, which is opened if it is not there.</summary>
internal sealed record CreateWatcher(int Stream, WatchCreateRequest Request) : Step
{
    public override string Kind => "Watch create";
}

/// <summary>The end of a watcher, which may not exist.</summary>
internal sealed record CancelWatcher(int Stream, long Id) : Step
{
    public override string Kind => "Watch cancel";
}

/// <summary>The end of a stream with all its watchers.</summary>
internal sealed record CloseStream(int Stream) : Step
{
    public override string Kind => "Watch close";
}

/// <summary>A watch in the JSON form, from some revision to the present; its range has no end.</summary>
internal sealed record JsonWatch(WatchCreateRequest Request) : Step
{
    public override string Kind => "Watch (JSON)";
}
