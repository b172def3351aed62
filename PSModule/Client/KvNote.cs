// Something a request wants to tell the user, kept until the pipeline thread may write it.

using System;

namespace Kv.PowerShell.Client;

internal enum KvNoteKind
{
    Verbose,
    Debug,
    Warning,
}

internal readonly struct KvNote(KvNoteKind kind, string text)
{
    public KvNoteKind Kind { get; } = kind;

    public string Text { get; } = text;

    /// <summary>Writes it to the stream it is for.</summary>
    public void Write(Action<string> verbose, Action<string> debug, Action<string> warning)
    {
        var write = Kind switch
        {
            KvNoteKind.Verbose => verbose,
            KvNoteKind.Debug => debug,
            _ => warning,
        };
        write(Text);
    }
}
