// The sink of a watch in a cmdlet: what matches goes to the pipeline thread, in the order it came.

using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;

namespace Kv.PowerShell.Commands;

internal sealed class WriterSink(StreamWriter writer, KeyRange range) : IWatchSink
{
    public void Change(WatchEvent change)
    {
        if (range.Matches(change.Kv.Key))
        {
            writer.Output(change);
        }
    }

    public void Verbose(string text) => writer.Note(KvNoteKind.Verbose, text);

    public void Warn(string text) => writer.Note(KvNoteKind.Warning, text);
}
