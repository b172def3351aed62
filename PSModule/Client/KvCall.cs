// The circumstances of one request: how long it may take, what stops it, and the notes it leaves
// for the verbose, debug and warning streams (which only the pipeline thread may write to).

using System;
using System.Collections.Concurrent;
using System.Threading;

namespace Kv.PowerShell.Client;

internal sealed class KvCall(TimeSpan timeout, CancellationToken stop)
{
    private readonly ConcurrentQueue<KvNote> _notes = new();

    public TimeSpan Timeout { get; } = timeout;

    /// <summary>Fires when the user stops the command; a deadline is kept apart from it.</summary>
    public CancellationToken Stop { get; } = stop;

    public void Verbose(string text) => _notes.Enqueue(new KvNote(KvNoteKind.Verbose, text));

    public void Debug(string text) => _notes.Enqueue(new KvNote(KvNoteKind.Debug, text));

    public void Warn(string text) => _notes.Enqueue(new KvNote(KvNoteKind.Warning, text));

    public bool TryTakeNote(out KvNote note) => _notes.TryDequeue(out note);
}
