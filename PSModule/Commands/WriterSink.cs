// The usual sink of a watch in a cmdlet: everything goes to the pipeline thread.

using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;

namespace Kv.PowerShell.Commands;

internal sealed class WriterSink(StreamWriter writer) : IWatchSink
{
    public void Change(WatchEvent change) => writer.Output(change);

    public void Verbose(string text) => writer.Note(KvNoteKind.Verbose, text);

    public void Warn(string text) => writer.Note(KvNoteKind.Warning, text);
}
