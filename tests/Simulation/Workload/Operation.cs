// One request of a client and what it heard of it: the history that is judged.
using Google.Protobuf;
using Kv.Simulation.Network;

namespace Kv.Simulation.Workload;

/// <summary>A request and its answer, with the times of both.</summary>
/// <param name="Client">Who asked.</param>
/// <param name="Called">When.</param>
/// <param name="Request">What.</param>
internal sealed record Operation(int Client, long Called, IMessage Request)
{
    /// <summary>When the answer came.</summary>
    public long Returned { get; set; }

    /// <summary>What came; silence and most errors leave open whether it happened.</summary>
    public AnswerKind Kind { get; set; } = AnswerKind.Silence;

    /// <summary>The answer, if there was one.</summary>
    public IMessage? Response { get; set; }

    public Exception? Error { get; set; }
}
