// What the module remembers in one runspace: the default connection, the connections made, and the
// local clusters used. Keyed by the runspace, so that parallel runspaces do not change each other's
// default, and dropped with it.

using System.Collections.Generic;
using System.Linq;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Session;

internal sealed class KvSession
{
    private static readonly ConditionalWeakTable<Runspace, KvSession> Sessions = new();

    private readonly object _gate = new();
    private readonly List<KvConnection> _connections = [];
    private readonly List<string> _clusterFolders = [];
    private KvConnection? _default;
    private LocalAccess? _lastStarted;

    /// <summary>The session of the runspace this thread runs in; null outside any.</summary>
    public static KvSession? Current => Runspace.DefaultRunspace is { } runspace
        ? Sessions.GetValue(runspace, static _ => new KvSession())
        : null;

    /// <summary>What cmdlets without -Connection use; null if not connected.</summary>
    public KvConnection? Default
    {
        get
        {
            lock (_gate)
            {
                return _default is { IsOpen: true } ? _default : null;
            }
        }
    }

    /// <summary>How to reach the local cluster started last in this session; null if none was.</summary>
    public LocalAccess? LastStarted
    {
        get
        {
            lock (_gate)
            {
                return _lastStarted;
            }
        }
    }

    public void Add(KvConnection connection, bool asDefault)
    {
        lock (_gate)
        {
            _connections.RemoveAll(static c => !c.IsOpen);
            _connections.Add(connection);
            _default = asDefault ? connection : _default;
        }
    }

    public void Close(KvConnection connection)
    {
        connection.Dispose();
        lock (_gate)
        {
            _connections.RemoveAll(static c => !c.IsOpen);
        }
    }

    public KvConnection[] Connections()
    {
        lock (_gate)
        {
            return [.. _connections.Where(static c => c.IsOpen)];
        }
    }

    public void RememberStarted(LocalAccess access)
    {
        lock (_gate)
        {
            _lastStarted = access;
        }
    }

    public void RememberFolder(string folder)
    {
        lock (_gate)
        {
            if (!_clusterFolders.Contains(folder))
            {
                _clusterFolders.Add(folder);
            }
        }
    }

    public string[] ClusterFolders()
    {
        lock (_gate)
        {
            return [.. _clusterFolders];
        }
    }
}
