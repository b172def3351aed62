// What happened in a run: a number that stands for all of it, so that two runs can be compared, and, if asked for,
// the last lines of text.
using Kv.Simulation.Time;

namespace Kv.Simulation;

/// <summary>The record of a run.</summary>
/// <param name="events">Tells the time.</param>
/// <param name="linesMax">Lines to keep; 0: none are made.</param>
internal sealed class Trace(EventQueue events, int linesMax)
{
    private readonly Queue<string> _lines = new();

    /// <summary>Stands for everything noted so far.</summary>
    public ulong Hash { get; private set; } = 14695981039346656037;

    /// <summary>Whether text is wanted.</summary>
    public bool IsKept => linesMax > 0;

    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>Notes that something happened.</summary>
    public void Note(ulong what)
    {
        Hash = (Hash ^ what) * 1099511628211;
        Hash = (Hash ^ (ulong)events.Now) * 1099511628211;
    }

    /// <summary>Keeps a line of text; call it only if <see cref="IsKept"/>.</summary>
    public void Say(string who, string what)
    {
        _lines.Enqueue($"{events.Now / (double)Span.Second,9:F4} {who,-4} {what}");
        if (_lines.Count > linesMax)
        {
            _lines.Dequeue();
        }
    }
}
