using System.Threading.Channels;
using Kv.Core.V2;

namespace Kv.Node.V2;

/// <summary>One client waiting for changes of a path. What it has not fetched yet is bounded: a
/// stream that falls too far behind is ended, as in etcd.</summary>
internal sealed class V2Watcher
{
    /// <summary>Most events waiting to be fetched.</summary>
    public const int WaitingMax = 100;

    private readonly Channel<V2Event> _events;

    /// <param name="key">What the hub files it under.</param>
    /// <param name="isRecursive">Changes below the path count, too.</param>
    /// <param name="isStream">Goes on after the first event.</param>
    /// <param name="since">Events before this index do not count.</param>
    /// <param name="startIndex">The store index when it began.</param>
    /// <param name="backlog">Events that had happened already; they come beside the bound.</param>
    public V2Watcher(
        string key, bool isRecursive, bool isStream, ulong since, ulong startIndex, IReadOnlyList<V2Event> backlog)
    {
        (Key, IsRecursive, IsStream, Since, StartIndex) = (key, isRecursive, isStream, since, startIndex);
        _events = Channel.CreateBounded<V2Event>(WaitingMax + backlog.Count);
        foreach (var change in backlog)
        {
            _events.Writer.TryWrite(change);
        }
    }

    public string Key { get; }

    public bool IsRecursive { get; }

    public bool IsStream { get; }

    public ulong Since { get; }

    public ulong StartIndex { get; }

    /// <summary>Hands an event over.</summary>
    /// <returns>False if too many wait.</returns>
    public bool TryAdd(V2Event change) => _events.Writer.TryWrite(change);

    /// <summary>No more events will come.</summary>
    public void End() => _events.Writer.TryComplete();

    /// <summary>The next event; null at the end.</summary>
    public async ValueTask<V2Event?> NextAsync(CancellationToken token) =>
        await _events.Reader.WaitToReadAsync(token) && _events.Reader.TryRead(out var change) ? change : null;
}
