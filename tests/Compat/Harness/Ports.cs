using System.Net;
using System.Net.Sockets;

namespace Compat.Harness;

/// <summary>Free loopback ports.</summary>
internal static class Ports
{
    /// <summary>Ports that are free now; distinct from each other.</summary>
    public static int[] Free(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        try
        {
            return [.. listeners.Select(listener =>
            {
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            })];
        }
        finally
        {
            foreach (var listener in listeners)
            {
                listener.Stop();
            }
        }
    }
}
