// Tells a connection that opens with HTTP/2's preface (RFC 9113 §3.4) from any other by its first
// bytes. Pure: knows nothing of sockets or pipes.
using System.Buffers;

namespace Kv.Node.Listeners;

/// <summary>What the first bytes of a connection say.</summary>
internal enum FirstBytes
{
    /// <summary>Not enough bytes yet.</summary>
    Undecided,

    /// <summary>HTTP/1.1, or something that HTTP/1.1 will refuse.</summary>
    Http1,

    /// <summary>HTTP/2 with prior knowledge.</summary>
    Http2,
}

/// <summary>The decision between HTTP/1.1 and HTTP/2 on a cleartext connection.</summary>
internal static class Http2Preface
{
    /// <summary>No HTTP/1.1 method begins like this; the preface goes on, but need not be seen whole.</summary>
    private static ReadOnlySpan<byte> Opening => "PRI "u8;

    /// <summary>Decides as early as the bytes allow: one byte is enough for most HTTP/1.1 methods.</summary>
    public static FirstBytes Decide(in ReadOnlySequence<byte> bytes)
    {
        Span<byte> seen = stackalloc byte[Opening.Length];
        var length = (int)Math.Min(bytes.Length, seen.Length);
        bytes.Slice(0, length).CopyTo(seen);
        if (!Opening.StartsWith(seen[..length]))
        {
            return FirstBytes.Http1;
        }

        return length == Opening.Length ? FirstBytes.Http2 : FirstBytes.Undecided;
    }
}
