// Ports nobody listens on, for local nodes. They are taken below the range from which systems give
// ports to outgoing connections, so that a connection made meanwhile does not take them.

using System;
using System.Collections.Generic;
using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using Kv.PowerShell.Errors;

namespace Kv.PowerShell.Cluster;

internal static class FreePorts
{
    private const int First = 21_000;
    private const int Last = 31_999;
    private const int AttemptsMax = 1_000;

    /// <summary>This many different ports, free on the loopback address now.</summary>
    /// <exception cref="KvNodeException">Too few free ports were found.</exception>
    public static int[] Choose(int count)
    {
        var random = new Random(Guid.NewGuid().GetHashCode());
        var ports = new HashSet<int>();
        for (var i = 0; i < AttemptsMax && ports.Count < count; i++)
        {
            var port = random.Next(First, Last + 1);
            if (IsFree(port))
            {
                ports.Add(port);
            }
        }

        return ports.Count == count
            ? [.. ports]
            : throw new KvNodeException(
                KvErrorId.ClusterFileFailed, ErrorCategory.ResourceUnavailable, "There are not enough free ports.");
    }

    private static bool IsFree(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
        finally
        {
            listener.Stop();
        }
    }
}
