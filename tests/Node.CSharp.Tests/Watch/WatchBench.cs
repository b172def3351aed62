using Kv.Node.Ports;
using Kv.Node.Protos;
using Kv.Node.Watch;
using Xunit;

namespace Kv.Node.Tests.Watch;

/// <summary>A store, a hub on it, and the streams a test opens.</summary>
internal sealed class WatchBench : IAsyncDisposable
{
    private readonly List<WatchSession> _sessions = [];

    public WatchBench(WatchSettings? settings = null, bool isRunning = true)
    {
        Settings = settings ?? new WatchSettings();
        Hub = new WatchHub(() => Store.State, Settings, HostPorts.OfProcess, fault => Fault = fault);
        Store.Published += Hub.Publish;
        if (isRunning)
        {
            Hub.Start();
        }
    }

    public TestStore Store { get; } = new();

    public WatchSettings Settings { get; }

    public WatchHub Hub { get; }

    public Exception? Fault { get; private set; }

    public static ResponseHeader Header(long revision) => new() { ClusterId = 7, MemberId = 1, Revision = revision };

    public WatchSession Open()
    {
        var session = new WatchSession(this);
        _sessions.Add(session);
        return session;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var session in _sessions)
        {
            await session.DisposeAsync();
        }

        await Hub.DisposeAsync();
        Assert.Null(Fault);
    }
}
