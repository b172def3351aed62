// One of the two servers as a client sees it: unary calls as bytes over gRPC, the JSON form, streams.
using System.Text;
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

    /// <summary>Which one it is, in reports.</summary>
    public string Name => name;

    public string ClientUrl => clientUrl;

    public string PeerUrl => peerUrl;

    /// <summary>The id it chose for the last lease granted without one.</summary>
    public long OwnLease { get; set; }

    /// <summary>Open watch streams by their numbers.</summary>
    public IReadOnlyDictionary<int, WatchSession> Streams => _streams;

    public async Task<Answer> CallAsync(Rpc rpc, IMessage request)
    {
        var method = new Method<byte[], byte[]>(MethodType.Unary, $"etcdserverpb.{rpc.Service}", rpc.Name, Raw, Raw);
        try
        {
            var options = new CallOptions(deadline: DateTime.UtcNow + Patience);
            using var call = _channel.CreateCallInvoker().AsyncUnaryCall(method, null, options, request.ToByteArray());
            return new Answer(0, "", rpc.Responses.ParseFrom(await call), "");
        }
        catch (RpcException e)
        {
            return new Answer((int)e.StatusCode, e.Status.Detail, null, "");
        }
    }

    public async Task<Answer> CallJsonAsync(Rpc rpc, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync(rpc.Path, content);
        return await JsonAnswer.ReadAsync(response, rpc.Responses.ParseFrom([]).Descriptor);
    }

    /// <summary>The answers of a keep-alive stream.</summary>
    public async Task<IReadOnlyList<Answer>> KeepAliveAsync(IEnumerable<long> ids)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var call = new Lease.LeaseClient(_channel).LeaseKeepAlive(cancellationToken: limit.Token);
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
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync("/v3/lease/keepalive", content);
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(line => JsonAnswer.ReadLine(line, LeaseKeepAliveResponse.Descriptor))];
    }

    /// <summary>Opens a watch in the JSON form with one request; read it line by line.</summary>
    public async Task<JsonLines> WatchJsonAsync(string request)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, "/v3/watch")
        {
            Content = new StringContent($"{{\"create_request\":{request}}}", Encoding.UTF8, "application/json"),
        };
        var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        return new JsonLines(name, response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>A watch stream by its number; opens it if need be.</summary>
    public WatchSession Stream(int number)
    {
        if (!_streams.TryGetValue(number, out var stream))
        {
            stream = new WatchSession(name, new Watch.WatchClient(_channel), isReference);
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
