// Where local clusters are kept when no folder is given, and how nodes are found again: in the folders
// named, or in those of this session and the ones kept there.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using Kv.PowerShell.Session;

namespace Kv.PowerShell.Cluster;

internal static class ClusterStore
{
    private const string HomeVariable = "KV_CLUSTER_HOME";

    /// <summary>KV_CLUSTER_HOME, or a folder of the user's local application data.</summary>
    /// <exception cref="KvNodeException">Neither is known.</exception>
    public static string Home()
    {
        var home = Environment.GetEnvironmentVariable(HomeVariable);
        if (!string.IsNullOrEmpty(home))
        {
            return Path.GetFullPath(home);
        }

        var data = Environment.GetFolderPath(
            Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return data.Length > 0
            ? Path.Combine(data, "Kv", "Clusters")
            : throw new KvNodeException(
                KvErrorId.ClusterFileFailed,
                ErrorCategory.ObjectNotFound,
                "There is no folder for local clusters, because this user has no home directory.")
            {
                EndsCommand = true,
                RecommendedAction = $"Give -Path, or set {HomeVariable}.",
            };
    }

    /// <summary>A name no cluster kept here has: local, local2, local3...</summary>
    public static string NewName()
    {
        var home = Home();
        var name = "local";
        for (var i = 2; Directory.Exists(Path.Combine(home, name)); i++)
        {
            name = FormattableString.Invariant($"local{i}");
        }

        return name;
    }

    /// <summary>The clusters in these folders, or without any, all that are known.</summary>
    /// <exception cref="KvNodeException">A folder named has no cluster, or a file is damaged.</exception>
    public static IEnumerable<LocalCluster> Clusters(KvSession session, IReadOnlyCollection<string>? folders)
    {
        if (folders is { Count: > 0 })
        {
            return folders.Select(static folder => LocalCluster.Exists(folder)
                ? LocalCluster.Open(folder)
                : throw new KvNotFoundException(KvErrorId.NodeNotFound, $"There is no cluster in '{folder}'."));
        }

        var home = Home();
        IEnumerable<string> kept = Directory.Exists(home) ? Directory.GetDirectories(home) : [];
        return session.ClusterFolders().Concat(kept.OrderBy(static f => f, StringComparer.Ordinal))
            .Distinct(StringComparer.Ordinal).Where(LocalCluster.Exists).Select(LocalCluster.Open);
    }

    /// <summary>The node as it is now.</summary>
    public static KvNode Refresh(KvNode node) => LocalCluster.Open(node.ClusterPath).Nodes().First(n => n.Equals(node));
}
