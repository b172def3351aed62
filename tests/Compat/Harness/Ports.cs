// Loopback ports for servers the tests start. They lie below the range from which systems give ports to
// outgoing connections, so that a connection made meanwhile does not take one; and no two tests of one
// run are given the same.
using System.Net;
using System.Net.Sockets;

namespace Compat.Harness;

/// <summary>Free loopback ports.</summary>
internal static class Ports
{
    private const int First = 10_000;
    private const int Count = 11_000;

    private static int _next = Random.Shared.Next(Count);

    /// <summary>Ports that are free now; never the same twice in one run.</summary>
    public static int[] Free(int count) => [.. Enumerable.Range(0, count).Select(_ => FreeOne())];

    /// <summary>One such port.</summary>
    public static int FreeOne()
    {
        while (true)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _next) % Count);
            if (IsFree(port))
            {
                return port;
            }
        }
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
