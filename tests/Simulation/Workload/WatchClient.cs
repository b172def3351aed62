// Watches keys through whichever member serves, and goes on where it was when a connection breaks.
using Kv.Node.Protos;
using Kv.Simulation.Cluster;
using Kv.Simulation.Time;

namespace Kv.Simulation.Workload;

internal sealed class WatchClient : Client
{
    private readonly string? _key;
    private readonly bool _wantsPrevious;
    private long _next;
    private WatchSession? _session;
    private WatchConnection? _connection;

    public WatchClient(World world, History history, int number)
        : base(world, history, number)
    {
        _key = Chance.Permille(600) ? null : $"k{Chance.Below(world.Day.Keys)}";
        _wantsPrevious = Chance.Permille(500);
        _next = Chance.Permille(500) ? 0 : 1;
    }

    protected override async Task WorkAsync()
    {
        while (!IsStopping)
        {
            if (_connection is null or { IsDead: true } || Chance.Permille(20))
            {
                Connect();
            }
            else if (Chance.Permille(100))
            {
                _connection.Send(new WatchRequest { ProgressRequest = new WatchProgressRequest() });
            }

            await PauseAsync(Chance.Between(Span.Second / 10, Span.Second / 2));
        }
    }

    private void Connect()
    {
        _connection?.Close();
        var request = Requests.Watch(_key, _next, _wantsPrevious, fragments: false);
        var session = new WatchSession(Number, request);
        var connection = new WatchConnection(World, AnyMember(), Chance.Fork(), response => Receive(session, response));
        if (!connection.Open())
        {
            _connection = null;
            return;
        }

        (_session, _connection) = (session, connection);
        History.Watches.Add(session);
        connection.Send(new WatchRequest { CreateRequest = request });
    }

    private void Receive(WatchSession session, WatchResponse response)
    {
        if (session != _session)
        {
            return;
        }

        session.Responses.Add(response);
        session.Times.Add(World.Events.Now);
        World.Observers.Statistics.WatchEvents += response.Events.Count;
        if (response.Canceled)
        {
            // What it wants is compacted: it goes on with what there is.
            _next = Math.Max(_next, response.CompactRevision);
            _connection!.Close();
        }
        else if (response.Events.Count > 0)
        {
            _next = response.Events[^1].Kv.ModRevision + 1;
        }
        else if (!response.Created)
        {
            _next = Math.Max(_next, response.Header.Revision + 1);
        }
        else if (_next == 0)
        {
            _next = response.Header.Revision + 1;
        }
    }
}
