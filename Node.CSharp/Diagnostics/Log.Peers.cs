// Messages about other members (event ids 400 to 499). Ids of members are passed as hex text.
namespace Kv.Node.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(400, LogLevel.Information, "connected to peer {Peer} at {Url}")]
    public static partial void PeerConnected(this ILogger logger, string peer, string url);

    [LoggerMessage(401, LogLevel.Warning, "peer {Peer} at {Url} is unreachable: {Reason}")]
    public static partial void PeerUnreachable(this ILogger logger, string peer, string url, string reason);

    [LoggerMessage(402, LogLevel.Error, "peer {Peer} at {Url} refused this member: {Status} {Reason}")]
    public static partial void PeerRefused(this ILogger logger, string peer, string url, int status, string reason);

    [LoggerMessage(403, LogLevel.Debug, "peer {Peer} at {Url} is still unreachable: {Reason}")]
    public static partial void PeerStillUnreachable(this ILogger logger, string peer, string url, string reason);

    [LoggerMessage(404, LogLevel.Error,
        "message of {Bytes} bytes for peer {Peer} is over the limit of {BytesMax} and is dropped")]
    public static partial void MessageTooLarge(this ILogger logger, string peer, long bytes, int bytesMax);

    [LoggerMessage(405, LogLevel.Information, "peer {Peer} opened its stream")]
    public static partial void PeerStreamOpened(this ILogger logger, string peer);

    [LoggerMessage(406, LogLevel.Information, "stream of peer {Peer} ended: {Reason}")]
    public static partial void PeerStreamEnded(this ILogger logger, string peer, string reason);

    [LoggerMessage(407, LogLevel.Warning, "refused {Path} from {Remote}: {Status} {Reason}")]
    private static partial void TellPeerRequestRefused(this ILogger logger, string path, string remote, int status, string reason);

    /// <summary>A request on the peer port was refused, as often as anybody likes to make one.</summary>
    public static void PeerRequestRefused(this ILogger logger, string path, string remote, int status, string reason)
    {
        if (Refusals.TryTake(out var untold))
        {
            logger.TellPeerRequestRefused(path, remote, status, reason);
            logger.TellUntold(untold);
        }
    }

    [LoggerMessage(408, LogLevel.Information, "sending a snapshot at index {Index} to peer {Peer}")]
    public static partial void SnapshotSending(this ILogger logger, ulong index, string peer);

    [LoggerMessage(409, LogLevel.Information,
        "sent a snapshot of {Bytes} bytes at index {Index} to peer {Peer} in {Milliseconds} ms")]
    public static partial void SnapshotSent(this ILogger logger, long bytes, ulong index, string peer, long milliseconds);

    [LoggerMessage(410, LogLevel.Warning, "sending a snapshot to peer {Peer} failed: {Reason}")]
    public static partial void SnapshotSendFailed(this ILogger logger, string peer, string reason);

    [LoggerMessage(411, LogLevel.Information, "receiving a snapshot at index {Index} from peer {Peer}")]
    public static partial void SnapshotReceiving(this ILogger logger, ulong index, string peer);

    [LoggerMessage(412, LogLevel.Warning, "receiving a snapshot from peer {Peer} failed: {Reason}")]
    public static partial void SnapshotReceiveFailed(this ILogger logger, string peer, string reason);

    [LoggerMessage(413, LogLevel.Error, "sending to peer {Peer} failed in an unexpected way; the connection is made anew")]
    public static partial void PeerLinkFaulted(this ILogger logger, Exception error, string peer);
}
