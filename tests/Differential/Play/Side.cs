// One of the two servers as a client sees it: unary calls as bytes over gRPC, the JSON form, streams.
using System.Text;
using System.Text.Json;
using Differential.Model;
using Etcdserverpb;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Differential.Play;

/// <summary>A client of one server.</summary>
internal sealed class Side(string name, string clientUrl, string peerUrl, bool isReference) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly Marshaller<byte[]> Raw = Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes);

    private readonly GrpcChannel _channel = GrpcChannel.ForAddress(
        clientUrl, new GrpcChannelOptions { MaxReceiveMessageSize = null, MaxSendMessageSize = null });

    private readonly HttpClient _http = new() { BaseAddress = new Uri(clientUrl), Timeout = Patience };
    private readonly Dictionary<int, WatchSession> _streams = [];
    private readonly Dictionary<string, string> _tokens = [];

    /// <summary>Which one it is, in reports.</summary>
    public string Name => name;

    public string ClientUrl => clientUrl;

    public string PeerUrl => peerUrl;

    /// <summary>The id it chose for the last lease granted without one.</summary>
    public long OwnLease { get; set; }

    /// <summary>Open watch streams by their numbers.</summary>
    public IReadOnlyDictionary<int, WatchSession> Streams => _streams;

    /// <summary>Makes the users and logs them in; from now on root calls, if nobody else is named.</summary>
    public async Task MakeUsersAsync()
    {
        foreach (var user in Users.All)
        {
            await PostAsync("user/add", new { name = user, password = user });
            await PostAsync("role/add", new { name = user });
            await PostAsync("user/grant", new { user, role = user });
        }

        foreach (var (role, kind, key, end) in Users.Permissions)
        {
            var perm = new { permType = kind, key = Encoding.UTF8.GetBytes(key), range_end = Encoding.UTF8.GetBytes(end) };
            await PostAsync("role/grant", new { name = role, perm });
        }

        await PostAsync("enable", new { });
        foreach (var user in Users.All)
        {
            using var reply = JsonDocument.Parse(await PostAsync("authenticate", new { name = user, password = user }));
            _tokens[user] = reply.RootElement.GetProperty("token").GetString()!;
        }
    }

    public async Task<Answer> CallAsync(Rpc rpc, IMessage request, string caller)
    {
        var method = new Method<byte[], byte[]>(MethodType.Unary, $"etcdserverpb.{rpc.Service}", rpc.Name, Raw, Raw);
        try
        {
            var options = new CallOptions(MetadataOf(caller), DateTime.UtcNow + Patience);
            using var call = _channel.CreateCallInvoker().AsyncUnaryCall(method, null, options, request.ToByteArray());
            return new Answer(0, "", rpc.Responses.ParseFrom(await call), "");
        }
        catch (RpcException e)
        {
            return new Answer((int)e.StatusCode, e.Status.Detail, null, "");
        }
    }

    public async Task<Answer> CallJsonAsync(Rpc rpc, string body, string caller)
    {
        using var response = await _http.SendAsync(Post(rpc.Path, body, caller));
        return await JsonAnswer.ReadAsync(response, rpc.Responses.ParseFrom([]).Descriptor);
    }

    /// <summary>The answers of a keep-alive stream.</summary>
    public async Task<IReadOnlyList<Answer>> KeepAliveAsync(IEnumerable<long> ids)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var call = new Lease.LeaseClient(_channel).LeaseKeepAlive(MetadataOf(Users.Root), cancellationToken: limit.Token);
        var answers = new List<Answer>();
        foreach (var id in ids)
        {
            await call.RequestStream.WriteAsync(new LeaseKeepAliveRequest { ID = id });
            if (!await call.ResponseStream.MoveNext(limit.Token))
            {
                break;
            }

            answers.Add(new Answer(0, "", call.ResponseStream.Current, ""));
        }

        await call.RequestStream.CompleteAsync();
        return answers;
    }

    /// <summary>The answers of a keep-alive stream in the JSON form.</summary>
    public async Task<IReadOnlyList<Answer>> KeepAliveJsonAsync(IEnumerable<long> ids)
    {
        var body = string.Concat(ids.Select(id => $"{{\"ID\":\"{id}\"}}\n"));
        using var response = await _http.SendAsync(Post("/v3/lease/keepalive", body, Users.Root));
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(line => JsonAnswer.ReadLine(line, LeaseKeepAliveResponse.Descriptor))];
    }

    /// <summary>Opens a watch in the JSON form with one request; read it line by line.</summary>
    public async Task<JsonLines> WatchJsonAsync(string request)
    {
        var message = Post("/v3/watch", $"{{\"create_request\":{request}}}", Users.Root);
        var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        return new JsonLines(name, response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>A watch stream by its number; opens it if need be.</summary>
    public WatchSession Stream(int number)
    {
        if (!_streams.TryGetValue(number, out var stream))
        {
            stream = new WatchSession(name, new Watch.WatchClient(_channel), MetadataOf(Users.Root), isReference);
            _streams.Add(number, stream);
        }

        return stream;
    }

    public void Close(int number)
    {
        if (_streams.Remove(number, out var stream))
        {
            stream.Dispose();
        }
    }

    /// <summary>The value of a metric without labels.</summary>
    public async Task<double> MetricAsync(string metric)
    {
        var text = await _http.GetStringAsync("/metrics");
        var line = text.Split('\n').Single(line => line.StartsWith(metric + " ", StringComparison.Ordinal));
        return double.Parse(line[(metric.Length + 1)..], System.Globalization.CultureInfo.InvariantCulture);
    }

    private Metadata MetadataOf(string caller) =>
        _tokens.TryGetValue(caller, out var token) ? new Metadata { { "token", token } } : [];

    private HttpRequestMessage Post(string path, string body, string caller)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (_tokens.TryGetValue(caller, out var token))
        {
            message.Headers.TryAddWithoutValidation("Authorization", token);
        }

        return message;
    }

    private async Task<string> PostAsync(string path, object body)
    {
        using var response = await _http.SendAsync(Post($"/v3/auth/{path}", JsonSerializer.Serialize(body), Users.Root));
        return await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
    }

    public void Dispose()
    {
        foreach (var stream in _streams.Values)
        {
            stream.Dispose();
        }

        _channel.Dispose();
        _http.Dispose();
    }
}
