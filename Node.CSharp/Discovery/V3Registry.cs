// A registry of the v3 protocol (etcd-facts §5.6): keys of a running cluster, reached as any client reaches it.
using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Kv.Node.Options;
using Kv.Node.Protos;
using Kv.Node.Tls;

namespace Kv.Node.Discovery;

/// <summary>The keys of one token.</summary>
internal sealed class V3Registry : IRegistry
{
    private readonly DiscoveryOptions _options;
    private readonly GrpcChannel[] _channels;
    private readonly string _prefix;
    private int _current;
    private Metadata? _credentials;

    /// <exception cref="OptionsException">A certificate file cannot be used.</exception>
    public V3Registry(DiscoveryOptions options)
    {
        _options = options;
        _prefix = $"/_etcd/registry/{options.Token}";
        _channels = [.. options.Endpoints.Select(endpoint => GrpcChannel.ForAddress(UrlOf(endpoint), new GrpcChannelOptions
        {
            HttpHandler = CreateHandler(),
            DisposeHttpClient = true,
        }))];
    }

    public string Name => $"token {_options.Token} at {string.Join(", ", _options.Endpoints)}";

    public async Task<string?> ReadSizeAsync(CancellationToken token)
    {
        var answer = await AskAsync(
            (channel, call) => new KV.KVClient(channel).RangeAsync(new RangeRequest { Key = Bytes("/_config/size") }, call), token);
        return answer.Kvs.Count == 0 ? null : answer.Kvs[0].Value.ToStringUtf8();
    }

    public async Task<(IReadOnlyList<Registration> Members, ulong Mark)> ReadMembersAsync(CancellationToken token)
    {
        var answer = await AskAsync(
            (channel, call) => new KV.KVClient(channel).RangeAsync(
                new RangeRequest { Key = Bytes("/members/"), RangeEnd = Bytes("/members0") }, call),
            token);
        var members = answer.Kvs.Select(row => new Registration(
            row.Key.ToStringUtf8().Split('/')[^1], row.Value.ToStringUtf8(), (ulong)row.CreateRevision));
        return ([.. members], (ulong)answer.Header.Revision);
    }

    public Task RegisterAsync(string memberId, string value, CancellationToken token)
    {
        // Only if it is not there: a second registration must not lose the place of the first.
        var key = Bytes($"/members/{memberId}");
        var request = new TxnRequest
        {
            Compare =
            {
                new Compare { Key = key, Target = Compare.Types.CompareTarget.Create, Result = Compare.Types.CompareResult.Equal },
            },
            Success = { new RequestOp { RequestPut = new PutRequest { Key = key, Value = ByteString.CopyFromUtf8(value) } } },
        };
        return AskAsync((channel, call) => new KV.KVClient(channel).TxnAsync(request, call), token);
    }

    public async Task WaitAsync(ulong mark, CancellationToken token)
    {
        var channel = _channels[_current];
        try
        {
            using var watch = new Protos.Watch.WatchClient(channel).Watch(_credentials, cancellationToken: token);
            await watch.RequestStream.WriteAsync(
                new WatchRequest
                {
                    CreateRequest = new WatchCreateRequest
                    {
                        Key = Bytes("/members/"),
                        RangeEnd = Bytes("/members0"),
                        StartRevision = (long)mark + 1,
                    },
                },
                token);
            while (await watch.ResponseStream.MoveNext(token))
            {
                if (watch.ResponseStream.Current.Events.Count > 0 || watch.ResponseStream.Current.Canceled)
                {
                    return;
                }
            }
        }
        catch (RpcException problem) when (!token.IsCancellationRequested)
        {
            throw Unavailable(problem);
        }
        catch (RpcException)
        {
            token.ThrowIfCancellationRequested();
        }
    }

    public void Dispose() => Array.ForEach(_channels, channel => channel.Dispose());

    private ByteString Bytes(string path) => ByteString.CopyFromUtf8(_prefix + path);

    private string UrlOf(string endpoint) =>
        endpoint.Contains("://", StringComparison.Ordinal) ? endpoint
        : (_options.InsecureTransport && _options.CaFile.Length == 0 && _options.CertFile.Length == 0 ? "http://" : "https://") + endpoint;

    /// <summary>Asks the endpoints in turn until one answers.</summary>
    private async Task<T> AskAsync<T>(Func<GrpcChannel, CallOptions, AsyncUnaryCall<T>> ask, CancellationToken token)
    {
        RpcException? last = null;
        for (var i = 0; i < _channels.Length; i++)
        {
            try
            {
                var channel = _channels[_current];
                _credentials ??= await AuthenticateAsync(channel, token);
                return await ask(channel, new CallOptions(_credentials, Deadline, token));
            }
            catch (RpcException problem) when (!token.IsCancellationRequested)
            {
                last = problem;
                _credentials = null;
                _current = (_current + 1) % _channels.Length;
            }
            catch (RpcException)
            {
                token.ThrowIfCancellationRequested();
            }
        }

        throw Unavailable(last!);
    }

    private DateTime Deadline => DateTime.UtcNow + _options.RequestTimeout;

    private RegistryUnavailableException Unavailable(RpcException problem)
    {
        _current = (_current + 1) % _channels.Length;
        return new RegistryUnavailableException($"{problem.StatusCode}: {problem.Status.Detail.ReplaceLineEndings(" ")}", problem);
    }

    private async Task<Metadata> AuthenticateAsync(GrpcChannel channel, CancellationToken token)
    {
        var (name, password) = (_options.User, _options.Password);
        if (password.Length == 0 && name.Split(':', 2) is [var user, var secret])
        {
            (name, password) = (user, secret);
        }

        if (name.Length == 0)
        {
            return [];
        }

        var answer = await new Protos.Auth.AuthClient(channel).AuthenticateAsync(
            new AuthenticateRequest { Name = name, Password = password }, deadline: Deadline, cancellationToken: token);
        return new Metadata { { "token", answer.Token } };
    }

    private SocketsHttpHandler CreateHandler()
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = _options.DialTimeout,
            KeepAlivePingDelay = _options.KeepAliveTime,
            KeepAlivePingTimeout = _options.KeepAliveTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        };
        try
        {
            OutboundTls.Configure(
                handler.SslOptions, _options.CaFile, _options.CertFile, _options.KeyFile, _options.InsecureSkipTlsVerify);
        }
        catch (Exception problem) when (problem is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new OptionsException(
                $"--discovery-cert, --discovery-key or --discovery-cacert cannot be used: {problem.Message.ReplaceLineEndings(" ")}");
        }

        return handler;
    }
}
