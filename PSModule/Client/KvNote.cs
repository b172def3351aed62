// Something a request wants to tell the user, kept until the pipeline thread may write it.

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
}
