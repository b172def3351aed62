using System.Net;
using System.Net.Sockets;
using System.Text;
using Kv.Node.Listeners;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Kv.Node.Tests.Listeners;

/// <summary>Real sockets against one port: both protocols, silence, garbage, floods, stop.</summary>
public sealed class DualPortTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly byte[] SimpleGet = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"u8.ToArray();

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task One_port_serves_both_protocols(string version)
    {
        await using var server = await Server.StartAsync();
        using var client = new HttpClient();
        var wanted = Version.Parse(version);
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Url)
        {
            Version = wanted,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        using var response = await client.SendAsync(request);

        Assert.Equal(wanted, response.Version);
        Assert.Equal($"http HTTP/{(version == "1.1" ? "1.1" : "2")}", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_request_that_trickles_in_byte_by_byte_is_served()
    {
        await using var server = await Server.StartAsync();
        using var socket = await server.ConnectAsync();
        foreach (var octet in "PUT / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"u8.ToArray())
        {
            await socket.SendAsync(new[] { octet });
        }

        Assert.StartsWith("HTTP/1.1 200", await ReadAllAsync(socket), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Garbage_gets_a_bad_request_and_the_port_lives_on()
    {
        await using var server = await Server.StartAsync();
        using (var socket = await server.ConnectAsync())
        {
            await socket.SendAsync("\u0016\u0003\u0001 not http\r\n\r\n"u8.ToArray());
            Assert.StartsWith("HTTP/1.1 400", await ReadAllAsync(socket), StringComparison.Ordinal);
        }

        using var client = new HttpClient();
        Assert.Equal("http HTTP/1.1", await client.GetStringAsync(server.Url));
    }

    [Fact]
    public async Task A_silent_connection_is_closed_after_the_peek_timeout()
    {
        await using var server = await Server.StartAsync(peekTimeout: TimeSpan.FromMilliseconds(50));
        using var socket = await server.ConnectAsync();
        await socket.SendAsync("PR"u8.ToArray());

        Assert.Equal("", await ReadAllAsync(socket));
    }

    [Fact]
    public async Task Silent_connections_past_the_cap_are_closed_and_free_their_place_again()
    {
        await using var server = await Server.StartAsync(undecidedMax: 1);
        using var first = await server.ConnectAsync();
        Assert.Equal("", await GetAsync(server));

        await first.SendAsync(SimpleGet);
        Assert.StartsWith("HTTP/1.1 200", await ReadAllAsync(first), StringComparison.Ordinal);

        // The place is free a moment after the connection was decided.
        using var patience = new CancellationTokenSource(Patience);
        var answer = "";
        while (answer.Length == 0 && !patience.IsCancellationRequested)
        {
            answer = await GetAsync(server);
        }

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopping_closes_silent_connections_and_frees_the_port()
    {
        var server = await Server.StartAsync();
        var address = server.Address;
        using var socket = await server.ConnectAsync();
        await server.DisposeAsync().AsTask().WaitAsync(Patience);

        Assert.Equal("", await ReadAllAsync(socket));
        using var again = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        again.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        again.Bind(address);
    }

    [Fact]
    public async Task A_busy_port_fails_the_start()
    {
        await using var server = await Server.StartAsync();
        await Assert.ThrowsAsync<IOException>(() => Server.StartAsync(server.Address));
    }

    /// <summary>The whole answer; empty if the connection was closed instead.</summary>
    private static async Task<string> GetAsync(Server server)
    {
        try
        {
            using var socket = await server.ConnectAsync();
            await socket.SendAsync(SimpleGet);
            return await ReadAllAsync(socket);
        }
        catch (SocketException e) when (IsClosed(e))
        {
            return "";
        }
    }

    private static bool IsClosed(SocketException e) =>
        e.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown;

    private static async Task<string> ReadAllAsync(Socket socket)
    {
        using var patience = new CancellationTokenSource(Patience);
        var text = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            int count;
            while ((count = await socket.ReceiveAsync(buffer, patience.Token)) > 0)
            {
                text.Append(Encoding.ASCII.GetString(buffer, 0, count));
            }
        }
        catch (SocketException e) when (IsClosed(e))
        {
            // An aborted connection may end either way.
        }

        return text.ToString();
    }

    private sealed class Server(WebApplication app, DualPort port) : IAsyncDisposable
    {
        public IPEndPoint Address => port.Address;

        public Uri Url => new($"http://{port.Address}/");

        public static async Task<Server> StartAsync(
            IPEndPoint? address = null,
            TimeSpan? peekTimeout = null,
            int? undecidedMax = null)
        {
            var port = new DualPort(address ?? new IPEndPoint(IPAddress.Loopback, 0))
            {
                PeekTimeout = peekTimeout ?? TimeSpan.FromSeconds(30),
                UndecidedMax = undecidedMax ?? 100,
            };
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(options => options.ListenDual(port));
            builder.Services.AddDualListeners();
            var app = builder.Build();
            app.Run(context => context.Response.WriteAsync($"{context.Request.Scheme} {context.Request.Protocol}"));
            try
            {
                await app.StartAsync();
            }
            catch
            {
                await app.DisposeAsync();
                throw;
            }

            return new Server(app, port);
        }

        public async Task<Socket> ConnectAsync()
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(port.Address);
            return socket;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
