// What Connect-KvCluster returns: the way to one cluster, shared by every cmdlet that is given it or
// that runs where it is the default.

using System;
using System.Globalization;
using System.Threading;
using Kv.PowerShell.Client;

namespace Kv.PowerShell.Model;

/// <summary>A connection to a cluster: its endpoints in order, and what answered there. It holds no
/// lasting socket of its own; disconnecting only forbids further use.</summary>
public sealed class KvConnection : IDisposable
{
    private static int _lastId;
    private readonly KvClient _client;
    private volatile bool _isClosed;

    internal KvConnection(KvClient client, ulong clusterId, string? serverVersion)
    {
        _client = client;
        Id = Interlocked.Increment(ref _lastId);
        ClusterId = clusterId;
        ServerVersion = serverVersion;
        Endpoint = Array.ConvertAll(client.Endpoints.InOrder(), static e => e.Text);
        ConnectedAt = DateTime.Now;
    }

    /// <summary>A number that is unique in this process.</summary>
    public int Id { get; }

    /// <summary>The endpoints, in the order they were given.</summary>
    public string[] Endpoint { get; }

    /// <summary>The endpoint that is tried first: the one that worked last.</summary>
    public string CurrentEndpoint => _client.Endpoints.Preferred.Text;

    /// <summary>The id of the cluster.</summary>
    public ulong ClusterId { get; }

    /// <summary>The id of the cluster in hexadecimal, as etcdctl shows it.</summary>
    public string HexClusterId => ClusterId.ToString("x", CultureInfo.InvariantCulture);

    /// <summary>The version of the server that answered first.</summary>
    public string? ServerVersion { get; }

    /// <summary>The user it logs in as; null if it does not.</summary>
    public string? UserName => _client.Options.Credential?.UserName;

    /// <summary>When the connection was made.</summary>
    public DateTime ConnectedAt { get; }

    /// <summary>How long an operation may take unless a cmdlet is given -TimeoutSec.</summary>
    public TimeSpan OperationTimeout => _client.Options.OperationTimeout;

    /// <summary>True until it is disconnected.</summary>
    public bool IsOpen => !_isClosed;

    internal KvClient Client => _client;

    /// <summary>Closes the connection; requests under way fail.</summary>
    public void Dispose()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            _client.Dispose();
        }
    }

    /// <summary>The endpoint in use and the cluster's id.</summary>
    public override string ToString() => $"{CurrentEndpoint} (cluster {HexClusterId})";
}
