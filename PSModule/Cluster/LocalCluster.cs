// A cluster in a folder of this machine: cluster.json, and for every node a data directory, a log and
// a record of its process.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Cluster;

internal sealed class LocalCluster
{
    private readonly ClusterFile _file;

    private LocalCluster(string folder, ClusterFile file)
    {
        Folder = folder;
        _file = file;
    }

    public string Folder { get; }

    public string[] ClientUrls => [.. _file.Nodes.Select(static n => n.ClientUrl)];

    public static bool Exists(string folder) => File.Exists(Path.Combine(folder, ClusterFile.FileName));

    public static LocalCluster Open(string folder) => new(folder, ClusterFile.Read(folder));

    /// <summary>Makes the folder and its cluster file. Ports are chosen free, but not kept.</summary>
    public static LocalCluster Create(string folder, string name, int count, string? discovery)
    {
        var ports = FreePorts.Choose(count * 2);
        var file = new ClusterFile { Name = name, Token = NewToken(name), Discovery = discovery ?? string.Empty };
        for (var i = 0; i < count; i++)
        {
            file.Nodes.Add(new ClusterFileNode
            {
                Name = FormattableString.Invariant($"{name}-n{i + 1}"),
                ClientUrl = FormattableString.Invariant($"http://127.0.0.1:{ports[2 * i]}"),
                PeerUrl = FormattableString.Invariant($"http://127.0.0.1:{ports[(2 * i) + 1]}"),
            });
        }

        Directory.CreateDirectory(folder);
        file.Write(folder);
        return new LocalCluster(folder, file);
    }

    /// <summary>A token no other cluster has, so that nodes of different clusters never mix.</summary>
    public static string NewToken(string name) => $"{name}-{Guid.NewGuid().ToString("N").Substring(0, 8)}";

    public static string RecordPath(KvNode node) => Path.Combine(node.ClusterPath, node.Name + ".pid");

    public IEnumerable<KvNode> Nodes() => _file.Nodes.Select(Describe);

    private KvNode Describe(ClusterFileNode node)
    {
        var record = NodeRecord.Read(Path.Combine(Folder, node.Name + ".pid"));
        var isAlive = record is not null && NodeProcess.IsAlive(record);
        var settings = Settings(node);
        return new KvNode(node.Name, _file.Name, Folder)
        {
            State = isAlive ? KvNodeState.Running : record is null ? KvNodeState.Stopped : KvNodeState.Crashed,
            Pid = isAlive ? record!.Pid : null,
            ClientUrl = node.ClientUrl,
            PeerUrl = node.PeerUrl,
            DataDirectory = settings.DataDirectory,
            LogPath = Path.Combine(Folder, node.Name + ".log"),
            Arguments = settings.Arguments(),
        };
    }

    private NodeSettings Settings(ClusterFileNode node) => new()
    {
        Name = node.Name,
        DataDirectory = Path.Combine(Folder, node.Name + ".kv"),
        ListenClientUrl = node.ClientUrl,
        AdvertiseClientUrl = node.ClientUrl,
        ListenPeerUrl = node.PeerUrl,
        AdvertisePeerUrl = node.PeerUrl,
        InitialCluster = string.Join(",", _file.Nodes.Select(static n => $"{n.Name}={n.PeerUrl}")),
        Token = _file.Token,
        Discovery = _file.Discovery,
    };
}
