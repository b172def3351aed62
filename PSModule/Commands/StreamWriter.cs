// The background side of a streaming cmdlet: what it hands over waits in a bounded queue for the
// pipeline thread, and a producer that is faster than the pipeline waits.

using System;
using System.Collections.Concurrent;
using System.Threading;
using Kv.PowerShell.Client;
using Kv.PowerShell.Errors;

namespace Kv.PowerShell.Commands;

internal sealed class StreamWriter(CancellationToken stop) : IDisposable
{
    private const int QueueLength = 1024;

    private readonly BlockingCollection<object> _queue = new(QueueLength);

    public void Dispose() => _queue.Dispose();

    public void Output(object item) => _queue.Add(item, stop);

    public void Note(KvNoteKind kind, string text) => _queue.Add(new KvNote(kind, text), stop);

    public void Fail(KvException failure) => _queue.Add(failure, stop);

    public void Complete() => _queue.CompleteAdding();

    /// <summary>The next item; false when there will be no more.</summary>
    /// <exception cref="System.OperationCanceledException">The command was stopped.</exception>
    public bool TryTake(out object item) => _queue.TryTake(out item, Timeout.Infinite, stop);
}
