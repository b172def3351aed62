// Who this member is towards its peers, and every limit of the peer port with its reason.
using Kv.Node.Tls;

namespace Kv.Node.Peers;

/// <summary>Settings of the peer port.</summary>
internal sealed record PeerOptions
{
    public required ulong MemberId { get; init; }

    public required ulong ClusterId { get; init; }

    /// <summary>Where this member is, for those that do not know it yet.</summary>
    public IReadOnlyList<Uri> OwnUrls { get; init; } = [];

    /// <summary>Certificates for connections to other members; null: those of https show none, and are checked
    /// with what the system trusts.</summary>
    public TlsSource? Tls { get; init; }

    /// <summary>Counts append messages; null where nobody wants to know.</summary>
    public AppendTraffic? Traffic { get; init; }

    /// <summary>Largest message in either direction, bytes. etcd's limit for one message.</summary>
    public int FrameBytesMax { get; init; } = 64 * 1024 * 1024;

    /// <summary>Most messages waiting for one peer: several times what Raft keeps in flight.</summary>
    public int QueueCountMax { get; init; } = 4096;

    /// <summary>Most bytes waiting for one peer: several times what Raft keeps in flight.</summary>
    public long QueueBytesMax { get; init; } = 64 * 1024 * 1024;

    /// <summary>A batch is handed to the socket once it reaches this many bytes.</summary>
    public int BatchBytes { get; init; } = 256 * 1024;

    /// <summary>A connection that does not come about, or a write that makes no progress, for this
    /// long is given up.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>An idle stream carries an empty frame this often, so that both ends notice when the
    /// other is gone.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A stream on which nothing arrives for this long is closed.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan ReconnectDelayMin { get; init; } = TimeSpan.FromMilliseconds(100);

    public TimeSpan ReconnectDelayMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>An unreachable peer is reported at most this often.</summary>
    public TimeSpan UnreachableReportInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Pause between two measurements of the round-trip time.</summary>
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>A snapshot that makes no progress for this long is given up.</summary>
    public TimeSpan SnapshotStallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest wait, once all of a snapshot is sent, for the peer to have it on disk.</summary>
    public TimeSpan SnapshotInstallTimeout { get; init; } = TimeSpan.FromMinutes(5);
}
