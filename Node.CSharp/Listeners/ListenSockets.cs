// Options of the sockets that are listened on.
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Kv.Node.Options;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Kv.Node.Listeners;

/// <summary>Makes listening sockets as --socket-reuse-port and --socket-reuse-address want them.</summary>
internal static class ListenSockets
{
    /// <summary>SOL_SOCKET and SO_REUSEPORT of Linux; the platform has no name for the latter.</summary>
    private const int LinuxSocketLevel = 1;

    private const int LinuxReusePort = 15;

    /// <summary>Applies the options to all listening sockets of an application.</summary>
    public static IServiceCollection ConfigureListenSockets(this IServiceCollection services, NodeOptions options) =>
        options.SocketReusePort || options.SocketReuseAddress
            ? services.Configure<SocketTransportOptions>(transport => transport.CreateBoundListenSocket = address => Create(address, options))
            : services;

    private static Socket Create(EndPoint address, NodeOptions options)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (options.SocketReuseAddress)
            {
                socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            }

            if (options.SocketReusePort && OperatingSystem.IsLinux())
            {
                var on = 1;
                socket.SetRawSocketOption(LinuxSocketLevel, LinuxReusePort, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in on)));
            }

            socket.Bind(address);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
