// One bounded connection attempt. HttpClient on this target cannot limit connecting apart from the
// whole request; with this, a host that swallows packets costs seconds rather than the operation's
// time, and a write is known not to have been sent.

using System;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace Kv.PowerShell.Client;

internal static class TcpProbe
{
    /// <exception cref="SocketException">Nothing accepted the connection within the limit.</exception>
    public static async Task ConnectAsync(Uri uri, TimeSpan limit, CancellationToken stop)
    {
        using var client = new TcpClient();
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var connecting = client.ConnectAsync(uri.DnsSafeHost, uri.Port);
        var limitReached = Task.Delay(limit, timer.Token);
        if (await Task.WhenAny(connecting, limitReached).ConfigureAwait(false) == connecting)
        {
            timer.Cancel();
            await connecting.ConfigureAwait(false);
            return;
        }

        _ = connecting.ContinueWith(
            static abandoned => _ = abandoned.Exception,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        stop.ThrowIfCancellationRequested();
        throw new SocketException((int)SocketError.TimedOut);
    }
}
