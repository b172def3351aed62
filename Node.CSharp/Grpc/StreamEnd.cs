namespace Kv.Node.Grpc;

/// <summary>Why streams end.</summary>
internal static class StreamEnd
{
    /// <summary>Why a cancelled stream was cancelled. Once it is, writing fails in one of several ways.</summary>
    /// <param name="error">What the handler threw.</param>
    /// <param name="lost">Cancelled if there has been no leader for too long.</param>
    /// <param name="stopping">Cancelled if the node stops.</param>
    /// <param name="ended">Cancelled if the stream was, for whatever reason.</param>
    public static Exception Reason(
        Exception error, CancellationToken lost, CancellationToken stopping, CancellationToken ended)
    {
        if (!ended.IsCancellationRequested
            || error is not (OperationCanceledException or IOException or InvalidOperationException))
        {
            return error;
        }

        return lost.IsCancellationRequested ? EtcdErrors.NoLeader
            : stopping.IsCancellationRequested ? EtcdErrors.Stopped
            : new OperationCanceledException(error.Message, error);
    }
}
