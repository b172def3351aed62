// The keys a watcher is about: one key, an interval, or everything from a key on.
namespace Kv.Node.Watch;

/// <summary>A key range. For a single key <see cref="End"/> is empty, as it is for an open end.</summary>
internal readonly struct WatchRange
{
    private static readonly byte[] LowestKey = [0];

    private WatchRange(ReadOnlyMemory<byte> start, ReadOnlyMemory<byte> end, bool isSingle)
    {
        Start = start;
        End = end;
        IsSingle = isSingle;
    }

    public ReadOnlyMemory<byte> Start { get; }

    /// <summary>First key not in the range; empty if there is none.</summary>
    public ReadOnlyMemory<byte> End { get; }

    public bool IsSingle { get; }

    /// <summary>The range is unlimited above.</summary>
    public bool IsOpen => !IsSingle && End.IsEmpty;

    /// <summary>No key can be in it (W6).</summary>
    public bool IsEmpty => !IsSingle && !End.IsEmpty && Start.Span.SequenceCompareTo(End.Span) >= 0;

    /// <summary>The range of a request in etcd's terms (W1).</summary>
    public static WatchRange Of(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> rangeEnd)
    {
        var start = key.IsEmpty ? LowestKey : key;
        var isOpen = rangeEnd.Length == 1 && rangeEnd.Span[0] == 0;
        return new WatchRange(start, isOpen ? default : rangeEnd, isSingle: rangeEnd.IsEmpty);
    }
}
