// Writes histories by hand: a clock that goes on by one millisecond with everything recorded.
namespace Checking.Tests;

/// <summary>A history under construction.</summary>
internal sealed class Hand(FinalState? initial = null)
{
    private int _client;

    public History History { get; } = new(initial);

    public long Now { get; private set; }

    public long Tick(long milliseconds = 1) => Now += milliseconds * 1_000_000;

    /// <summary>A request that is answered before anything else happens.</summary>
    public Operation Do(Request request, Reply reply) => Return(Call(request), reply);

    public Operation Put(string key, string value, long revision, long lease = 0) =>
        Do(new Put(key, value, lease), new PutReply(revision));

    public Operation Delete(string key, long revision, long deleted = 1) =>
        Do(new DeleteRange(new KeyRange(key)), new DeleteReply(revision, deleted));

    public Operation Read(KeyRange keys, long revision, params Row[] rows) => Do(new ReadRange(keys), ReadReply.Of(revision, rows));

    public Operation Call(Request request) => History.Call(++_client, request, Tick());

    public Operation Return(Operation operation, Reply reply)
    {
        History.Return(operation, reply, Tick());
        return operation;
    }

    public Operation Unknown(Request request)
    {
        var operation = Call(request);
        History.Unknown(operation, "timeout", Tick());
        return operation;
    }

    public WatchRecord Watch(long created, WatchRequest? request = null)
    {
        var watch = History.Watch(request ?? new WatchRequest(KeyRange.All), Tick());
        History.Created(watch, created);
        return watch;
    }

    public void Send(WatchRecord watch, params WatchEvent[] events) =>
        History.Receive(watch, new WatchResponse(events.Max(change => change.Row.ModRevision), events), Tick());

    public void Receive(WatchRecord watch, WatchResponse response) => History.Receive(watch, response, Tick());

    /// <summary>The rules that are broken.</summary>
    public string[] Broken()
    {
        var report = HistoryCheck.Run(History);
        Assert.Empty(report.Undecided);
        return [.. report.Violations.Select(violation => violation.Rule).Distinct()];
    }

    public static Row Row(string key, string value, long create, long mod, long version, long lease = 0) =>
        new(key, value, create, mod, version, lease);

    public static WatchEvent Written(Row row, Row? previous = null) => new(false, row, previous);

    public static WatchEvent Gone(string key, long revision, Row? previous = null) => new(true, Checking.Row.Deleted(key, revision), previous);
}
