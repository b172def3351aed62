namespace Kv.Node.Listeners;

/// <summary>What the reader of an HTTP/2 connection tells of the pings that pass, and is told in return. A feature of
/// the connection.</summary>
internal sealed class PingWatch
{
    /// <summary>Called with each ping that asks for an answer.</summary>
    public Action? OnPing { get; set; }

    /// <summary>Nothing more is read from the client.</summary>
    public bool IsOver { get; set; }
}
