// A gateway that answers as told, for what a healthy server does not do: refuse, stay silent, drop a
// stream, or be counted on. Plain HTTP/1.1 on a socket, one connection at a time each.

using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PSModule.Tests.Hosting;

internal sealed class FakeGateway : IAsyncDisposable
{
    public const string Header = "\"header\":{\"cluster_id\":\"1\",\"member_id\":\"2\",\"revision\":\"5\",\"raft_term\":\"2\"}";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<FakeRequest, FakeReply> _answer;
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Task _accepting;

    public FakeGateway(Func<FakeRequest, FakeReply> answer)
    {
        _answer = answer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public ConcurrentQueue<FakeRequest> Requests { get; } = new();

    /// <summary>What a lone healthy member answers to the questions cmdlets ask on the way.</summary>
    public static FakeReply Healthy(FakeRequest request) => request.Path switch
    {
        "/v3/maintenance/status" => FakeReply.Json($"{{{Header},\"version\":\"3.5.0\",\"leader\":\"2\",\"raftTerm\":\"2\"}}"),
        _ => FakeReply.Json($"{{{Header}}}"),
    };

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _connections.Add(ServeAsync(client));
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var owned = client;
        await using var stream = client.GetStream();
        try
        {
            while (await ReadAsync(stream) is { } request)
            {
                Requests.Enqueue(request);
                if (!await WriteAsync(stream, _answer(request)))
                {
                    return;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The other side went away, or the test is over.
        }
    }

    private async Task<FakeRequest?> ReadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0)
            {
                return null;
            }

            head.Append((char)one[0]);
        }

        var lines = head.ToString().Split("\r\n");
        var length = Array.Find(lines, static l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))?.Split(':')[1];
        var body = new byte[int.Parse(length ?? "0", System.Globalization.CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, _stop.Token);
        return new FakeRequest(lines[0].Split(' ')[1], Encoding.UTF8.GetString(body));
    }

    /// <summary>False if the connection is to be closed.</summary>
    private async Task<bool> WriteAsync(NetworkStream stream, FakeReply reply)
    {
        if (reply.IsSilent)
        {
            await Task.Delay(Timeout.Infinite, _stop.Token);
        }

        var text = reply.Lines is null
            ? $"HTTP/1.1 {reply.Status} X\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(reply.Body)}\r\n\r\n{reply.Body}"
            : "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                + string.Concat(reply.Lines.Select(static l => $"{Encoding.UTF8.GetByteCount(l) + 1:x}\r\n{l}\n\r\n")) + (reply.IsEnded ? "0\r\n\r\n" : "");
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text), _stop.Token);
        if (reply.Lines is not null && !reply.IsDropped && !reply.IsEnded)
        {
            await Task.Delay(Timeout.Infinite, _stop.Token);
        }

        return !reply.IsDropped;
    }
}
