// A cluster in a folder of this machine: cluster.json, and for every node a data directory, a log and
// a record of its process.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Kv.PowerShell.Model;
using Kv.PowerShell.Session;

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

    public string Name => _file.Name;

    public LocalAccess Access => new([.. _file.Nodes.Select(static n => n.ClientUrl)], Certificates?.AuthorityFile);

    /// <summary>Null for a cluster without TLS.</summary>
    public LocalCertificates? Certificates => _file.Tls ? new LocalCertificates(Folder) : null;

    public static bool Exists(string folder) => File.Exists(Path.Combine(folder, ClusterFile.FileName));

    public static LocalCluster Open(string folder) => new(folder, ClusterFile.Read(folder));

    /// <summary>Makes the cluster file in a folder that is there. Ports are chosen free, but not kept.</summary>
    public static LocalCluster Create(string folder, string name, int count, string? discovery, bool tls)
    {
        var ports = FreePorts.Choose(count * 2);
        var file = new ClusterFile { Name = name, Token = NewToken(name), Discovery = discovery ?? string.Empty, Tls = tls };
        for (var i = 0; i < count; i++)
        {
            file.Nodes.Add(NewNode(file, ports[2 * i], ports[(2 * i) + 1]));
        }

        file.Write(folder);
        return new LocalCluster(folder, file);
    }

    /// <summary>A token no other cluster has, so that nodes of different clusters never mix.</summary>
    public static string NewToken(string name) => $"{name}-{Guid.NewGuid().ToString("N").Substring(0, 8)}";

    public static string RecordPath(KvNode node) => Path.Combine(node.ClusterPath, node.Name + ".pid");

    /// <summary>Writes a node into the cluster file that joins the members there are, given as name=peer-url.</summary>
    public KvNode AddJoining(IEnumerable<string> members)
    {
        var ports = FreePorts.Choose(2);
        var node = NewNode(_file, ports[0], ports[1]);
        node.Joins = string.Join(",", members.Concat([$"{node.Name}={node.PeerUrl}"]));
        _file.Nodes.Add(node);
        _file.Write(Folder);
        return Describe(node);
    }

    /// <summary>Takes a node out of the cluster file.</summary>
    public void Forget(KvNode node)
    {
        _file.Nodes.RemoveAll(n => n.Name == node.Name);
        _file.Write(Folder);
    }

    private static ClusterFileNode NewNode(ClusterFile file, int clientPort, int peerPort)
    {
        var scheme = file.Tls ? "https" : "http";
        var number = 1;
        while (file.Nodes.Exists(n => n.Name == FormattableString.Invariant($"{file.Name}-n{number}")))
        {
            number++;
        }

        return new ClusterFileNode
        {
            Name = FormattableString.Invariant($"{file.Name}-n{number}"),
            ClientUrl = FormattableString.Invariant($"{scheme}://127.0.0.1:{clientPort}"),
            PeerUrl = FormattableString.Invariant($"{scheme}://127.0.0.1:{peerPort}"),
        };
    }

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
            CACertificateFile = Certificates?.AuthorityFile,
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
        InitialCluster = node.Joins
            ?? string.Join(",", _file.Nodes.Where(static n => n.Joins is null).Select(static n => $"{n.Name}={n.PeerUrl}")),
        Joins = node.Joins is not null,
        Token = _file.Token,
        Certificates = Certificates,
        Discovery = _file.Discovery,
    };
}
