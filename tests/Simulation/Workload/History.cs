// Everything the clients of a run saw.
using Google.Protobuf;
using Kv.Simulation.Network;
using Kv.Simulation.Time;

namespace Kv.Simulation.Workload;

/// <summary>What is judged at the end of a run.</summary>
internal sealed class History(EventQueue events)
{
    public List<Operation> Operations { get; } = [];

    public List<WatchSession> Watches { get; } = [];

    /// <summary>A client asks.</summary>
    public Operation Call(int client, IMessage request)
    {
        var operation = new Operation(client, events.Now, request);
        Operations.Add(operation);
        return operation;
    }

    /// <summary>It has its answer, or gave up.</summary>
    public void Return<T>(Operation operation, Answer<T> answer)
        where T : class, IMessage
    {
        operation.Returned = events.Now;
        (operation.Kind, operation.Response, operation.Error) = (answer.Kind, answer.Value, answer.Error);
    }
}
