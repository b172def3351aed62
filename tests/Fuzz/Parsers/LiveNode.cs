// A whole node in this process, for bytes that come over its ports. What it logs as an error is kept.
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Compat.Harness;
using Kv.Core.Raft;
using Kv.Node.Diagnostics;
using Kv.Node.Engine;
using Kv.Node.Hosting;
using Kv.Node.Options;
using Kv.Node.Peers;
using Kv.Node.Ports;
using Kv.Node.Tls;
using Microsoft.Extensions.Logging;

namespace Fuzz.Parsers;

/// <summary>A running node.</summary>
internal sealed class LiveNode : IDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(30);

    private const int SendTimeoutMs = 2_000;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("kv-fuzz-");
    private readonly ErrorLog _log = new();
    private readonly ILoggerFactory _loggers;
    private readonly NodeParts _parts;
    private readonly int[] _ports = Ports.Free(2);

    /// <param name="isAlone">False: one of three, the others never answer, and there is no leader.</param>
    public LiveNode(bool isAlone)
    {
        _loggers = LoggerFactory.Create(builder => builder.AddProvider(_log));
        var names = isAlone ? new[] { "n1" } : ["n1", "n2", "n3"];
        var options = new NodeOptions
        {
            Name = "n1",
            DataDir = _directory.FullName,
            ListenClientUrls = [new($"http://127.0.0.1:{_ports[0]}")],
            ListenPeerUrls = [new($"http://127.0.0.1:{_ports[1]}")],
            InitialAdvertisePeerUrls = [new("http://127.0.0.1:1")],
            InitialCluster = [.. names.Select((name, i) => new InitialMember(name, [new($"http://127.0.0.1:{i + 1}")]))],
            EnableV2 = true,
            MaxRequestBytes = 8_192,
        };
        var storage = NodeStorage.OpenAsync(
            options, new NoClusters(), new PhysicalDisk(syncs: false), HostPorts.OfProcess, _loggers.CreateLogger("storage"),
            CancellationToken.None).GetAwaiter().GetResult();
        ClusterId = storage.Identity.ClusterId;
        MemberId = storage.Identity.MemberId;
        OtherId = storage.State.Members.Select(member => member.Id).FirstOrDefault(id => id != MemberId);
        _parts = new NodeParts(options, NodeTls.None, storage, new NodeMetrics(), _loggers);
        using var patience = new CancellationTokenSource(StartPatience);
        _parts.StartPeersAsync(patience.Token).GetAwaiter().GetResult();
        _parts.Engine.Start();
        if (isAlone)
        {
            _parts.Engine.PublishAsync(patience.Token).GetAwaiter().GetResult();
        }

        _parts.StartClientsAsync(patience.Token).GetAwaiter().GetResult();
    }

    public ulong ClusterId { get; }

    public ulong MemberId { get; }

    /// <summary>Another member; 0 if there is none.</summary>
    public ulong OtherId { get; }

    public int ClientPort => _ports[0];

    public int PeerPort => _ports[1];

    /// <summary>It has not lost its mind.</summary>
    public bool IsServing => !_parts.Engine.Fault.IsCompleted;

    /// <summary>What it logged as an error since it was asked last.</summary>
    public string? TakeError() => _log.Errors.TryDequeue(out var error) ? error : null;

    /// <summary>Sends bytes on a connection of their own; what comes back before it is closed, or in a while.</summary>
    /// <param name="port">Where to.</param>
    /// <param name="bytes">What to send.</param>
    /// <param name="first">How long the first of an answer may take; then this side says that there is no more.</param>
    /// <param name="patience">How long all else may take.</param>
    public static byte[] Exchange(int port, byte[] bytes, TimeSpan first, TimeSpan patience)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        socket.SendTimeout = SendTimeoutMs;
        using var answer = new MemoryStream();
        var buffer = new byte[8_192];
        try
        {
            socket.Send(bytes);
            if (!socket.Poll(first, SelectMode.SelectRead))
            {
                // More is waited for than there is.
                socket.Shutdown(SocketShutdown.Send);
            }

            while (socket.Poll(patience, SelectMode.SelectRead) && socket.Receive(buffer) is var count and > 0)
            {
                answer.Write(buffer, 0, count);
            }
        }
        catch (SocketException)
        {
            // It was closed in the middle, or something goes on that has no end.
        }

        return answer.ToArray();
    }

    public void Dispose()
    {
        _parts.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _loggers.Dispose();
        _directory.Delete(recursive: true);
    }

    private sealed class ErrorLog : ILoggerProvider
    {
        public ConcurrentQueue<string> Errors { get; } = new();

        public ILogger CreateLogger(string categoryName) => new Logger(this);

        public void Dispose()
        {
        }

        private sealed class Logger(ErrorLog log) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

            public void Log<TState>(
                LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                if (IsEnabled(logLevel))
                {
                    log.Errors.Enqueue($"{formatter(state, exception)} {exception}");
                }
            }
        }
    }

    private sealed class NoClusters : IClusterSearch
    {
        public Task<IReadOnlyList<RemoteCluster>> FindClustersAsync(
            IEnumerable<Uri> urls, TimeSpan patience, CancellationToken token) =>
            Task.FromResult<IReadOnlyList<RemoteCluster>>([]);
    }
}
