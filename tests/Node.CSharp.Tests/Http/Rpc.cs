using Google.Protobuf;
using Grpc.Core;

namespace Kv.Node.Tests.Http;

/// <summary>gRPC methods by name: the node generates no client code.</summary>
internal static class Rpc
{
    public static Task<TResponse> CallAsync<TRequest, TResponse>(
        this RunningNode node, string service, string method, TRequest request, Metadata? headers = null)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new() =>
        node.Channel.CreateCallInvoker().AsyncUnaryCall(
            Of<TRequest, TResponse>(MethodType.Unary, service, method),
            null,
            new CallOptions(headers, DateTime.UtcNow + RunningNode.Patience),
            request).ResponseAsync;

    public static AsyncDuplexStreamingCall<TRequest, TResponse> Open<TRequest, TResponse>(
        this RunningNode node, string service, string method, Metadata? headers = null)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new() =>
        node.Channel.CreateCallInvoker().AsyncDuplexStreamingCall(
            Of<TRequest, TResponse>(MethodType.DuplexStreaming, service, method),
            null,
            new CallOptions(headers, DateTime.UtcNow + RunningNode.Patience));

    public static AsyncServerStreamingCall<TResponse> Read<TRequest, TResponse>(
        this RunningNode node, string service, string method, TRequest request)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new() =>
        node.Channel.CreateCallInvoker().AsyncServerStreamingCall(
            Of<TRequest, TResponse>(MethodType.ServerStreaming, service, method),
            null,
            new CallOptions(deadline: DateTime.UtcNow + RunningNode.Patience),
            request);

    /// <summary>Services without a package are etcd's own.</summary>
    private static Method<TRequest, TResponse> Of<TRequest, TResponse>(MethodType type, string service, string method)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new() => new(
            type,
            service.Contains('.', StringComparison.Ordinal) ? service : $"etcdserverpb.{service}",
            method,
            Marshal<TRequest>(),
            Marshal<TResponse>());

    private static Marshaller<T> Marshal<T>()
        where T : IMessage<T>, new() =>
        new(message => message.ToByteArray(), new MessageParser<T>(() => new T()).ParseFrom);
}
