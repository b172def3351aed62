// What every stream is run in, whichever way its messages flow: admission, counting, the end when the
// leader is lost or the node stops, and translation of errors.
using Grpc.Core;
using Kv.Node.Auth;
using Kv.Node.Diagnostics;

namespace Kv.Node.Grpc;

/// <summary>Runs the streams of one RPC.</summary>
/// <param name="gate">Admission.</param>
/// <param name="leader">Ends streams that insist on a leader.</param>
/// <param name="metrics">Counts them.</param>
/// <param name="servedByFenced">A member with damaged data serves it.</param>
/// <param name="rule">Who may open them.</param>
/// <param name="stopping">Cancelled when the node begins to stop.</param>
internal sealed class StreamScope(
    RpcGate gate, LeaderMonitor leader, RpcMetrics metrics, bool servedByFenced, AccessRule rule, CancellationToken stopping)
{
    /// <summary>Runs one stream.</summary>
    /// <param name="handler">Serves it until its token is cancelled; throws <see cref="EtcdException"/> on
    /// request errors.</param>
    /// <param name="servedByLearner">A learner may serve it.</param>
    /// <param name="origin">Where the call came from.</param>
    /// <param name="token">The caller.</param>
    /// <exception cref="RpcException">The stream was not admitted, or ended with an error.</exception>
    public async Task RunAsync(
        Func<CallIdentity, CancellationToken, Task> handler, bool servedByLearner, CallOrigin origin, CancellationToken token)
    {
        var started = metrics.CountStarted();
        var trace = Tracing.StartCall(metrics.Service, metrics.Method, origin.Http.Request.Headers);
        using var lost = new CancellationTokenSource();
        var fence = servedByFenced ? CancellationToken.None : gate.Fence;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(token, stopping, lost.Token, fence);
        try
        {
            var requiresLeader = origin.RequiresLeader;
            gate.Check(servedByLearner, servedByFenced, requiresLeader);
            using var watching = requiresLeader ? leader.Watch(lost) : null;
            var identity = new CallIdentity(gate.Authenticator, origin);
            if (gate.Authenticator.IsOn && rule is AccessRule.User or AccessRule.Root)
            {
                await gate.Authenticator.DemandAsync(rule, await identity.WhoAsync(token), token);
            }

            await handler(identity, ended.Token);
            metrics.CountHandled(StatusCode.OK, started);
            Tracing.End(trace, StatusCode.OK);
        }
        catch (Exception e)
        {
            gate.Look(e);
            var error = RpcErrors.TryTranslate(Reason(e, lost.Token, fence, ended.Token));
            metrics.CountHandled(error?.StatusCode ?? StatusCode.Unknown, started);
            Tracing.End(trace, error?.StatusCode ?? StatusCode.Unknown);
            if (error is null || ReferenceEquals(error, e))
            {
                throw;
            }

            throw error;
        }
    }

    /// <summary>Why a cancelled stream was cancelled. Once it is, writing fails in one of several ways.</summary>
    private Exception Reason(Exception error, CancellationToken lost, CancellationToken fence, CancellationToken ended)
    {
        if (!ended.IsCancellationRequested
            || error is not (OperationCanceledException or IOException or InvalidOperationException))
        {
            // The client's connection broke: its token is only about to be cancelled.
            return error is IOException ? new OperationCanceledException(error.Message, error) : error;
        }

        return fence.IsCancellationRequested ? EtcdErrors.Corrupt
            : lost.IsCancellationRequested ? EtcdErrors.NoLeader
            : stopping.IsCancellationRequested ? EtcdErrors.Stopped
            : new OperationCanceledException(error.Message, error);
    }
}
