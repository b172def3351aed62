// What all clients have in common: they ask members, wait for answers no longer than they like, and think between.
using Google.Protobuf;
using Kv.Core.Auth;
using Kv.Node.Grpc;
using Kv.Node.Protos;
using Kv.Simulation.Cluster;
using Kv.Simulation.Network;
using Kv.Simulation.Time;

namespace Kv.Simulation.Workload;

/// <summary>A client.</summary>
internal abstract class Client(World world, History history, int number)
{
    /// <summary>After this long a client gives an operation up; what becomes of it is then unknown.</summary>
    private const long Patience = 3 * Span.Second;

    /// <summary>Before it asks again after nobody was there.</summary>
    private const long RefusedPause = Span.Second / 5;

    protected World World => world;

    protected History History => history;

    protected Chance Chance { get; } = world.Chance.Fork();

    /// <summary>Different for each client.</summary>
    public int Number => number;

    /// <summary>It finishes what it does, and begins nothing new.</summary>
    public bool IsStopping { get; set; }

    /// <summary>Ends when it has nothing under way any more.</summary>
    public Task Done { get; private set; } = Task.CompletedTask;

    /// <summary>Begins to work.</summary>
    public void Begin() => world.Clients.Run(() => Done = WorkAsync());

    protected abstract Task WorkAsync();

    protected async Task<Answer<PutResponse>> PutAsync(SimMember member, PutRequest request) =>
        await DoAsync(member, request, services => services.Kv.PutAsync(request, Caller.Nobody, default).AsTask());

    protected async Task<Answer<RangeResponse>> RangeAsync(SimMember member, RangeRequest request) =>
        await DoAsync(member, request, services => services.Kv.RangeAsync(request, Caller.Nobody, default).AsTask());

    protected async Task<Answer<DeleteRangeResponse>> DeleteAsync(SimMember member, DeleteRangeRequest request) =>
        await DoAsync(member, request, services => services.Kv.DeleteRangeAsync(request, Caller.Nobody, default).AsTask());

    protected async Task<Answer<TxnResponse>> TxnAsync(SimMember member, TxnRequest request) =>
        await DoAsync(member, request, services => services.Kv.TxnAsync(request, Caller.Nobody, default).AsTask());

    protected async Task<Answer<CompactionResponse>> CompactAsync(SimMember member, CompactionRequest request) =>
        await DoAsync(member, request, services => services.Kv.CompactAsync(request, Caller.Nobody, default).AsTask());

    /// <summary>Asks for something that is judged.</summary>
    private async Task<Answer<T>> DoAsync<T>(SimMember member, IMessage request, Func<NodeServices, Task<T>> question)
        where T : class, IMessage
    {
        var operation = history.Call(number, request);
        var answer = await AskAsync(member, question);
        history.Return(operation, answer);
        var statistics = world.Observers.Statistics;
        statistics.Operations++;
        statistics.Count($"{answer.Kind}");
        return answer;
    }

    /// <summary>Asks a member.</summary>
    protected async Task<Answer<T>> AskAsync<T>(SimMember member, Func<NodeServices, Task<T>> question)
    {
        var done = new TaskCompletionSource<Answer<T>>();
        void End(Answer<T> answer) => world.Clients.Run(() => done.TrySetResult(answer));
        world.Events.After(Patience, () => End(new Answer<T>(AnswerKind.Silence)));
        world.Call(Links.Clients, member, isClient: true, services => AskServing(services!, question), End);
        var answer = await done.Task;
        if (answer.Kind == AnswerKind.Refused)
        {
            await PauseAsync(RefusedPause);
        }

        return answer;
    }

    /// <summary>Waits.</summary>
    protected Task PauseAsync(long time)
    {
        var done = new TaskCompletionSource();
        world.Events.After(time, () => world.Clients.Run(done.SetResult));
        return done.Task;
    }

    /// <summary>Some member, up or not.</summary>
    protected SimMember AnyMember() => Chance.Pick([.. world.Members.Where(member => !member.IsGone)]);

    private static Task<T> AskServing<T>(NodeServices services, Func<NodeServices, Task<T>> question) =>
        services.Engine.IsLearner ? throw EtcdErrors.NotSupportedForLearner : question(services);
}
