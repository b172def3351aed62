// The user-data of machines that are to become a cluster, and the unit that starts a node from it.

using System.Collections.Generic;
using System.IO;
using System.Text;

namespace Kv.PowerShell.Cluster;

internal static class CloudConfigFiles
{
    private const string UnitName = "kvnode.service";

    private const string Unit =
        """
        [Unit]
        Description=kvnode
        Wants=network-online.target
        After=network-online.target

        [Service]
        Type=notify
        EnvironmentFile=-/etc/environment
        ExecStart=/usr/local/bin/kvnode --cloud-config /var/lib/kvnode/user-data
        TimeoutStartSec=0
        Restart=on-failure
        RestartSec=10s
        LimitNOFILE=40000
        StateDirectory=kvnode

        [Install]
        WantedBy=multi-user.target

        """;

    private static readonly UTF8Encoding Utf8 = new(false);

    /// <summary>Writes the files; gives their paths, the unit's first.</summary>
    public static List<string> Write(string folder, IReadOnlyList<string> names, string discovery)
    {
        Directory.CreateDirectory(folder);
        List<string> written = [WriteFile(folder, UnitName, Unit)];
        foreach (var name in names)
        {
            written.Add(WriteFile(folder, name + ".user-data", UserData(name, discovery)));
        }

        return written;
    }

    private static string UserData(string name, string discovery) =>
        $"""
        #cloud-config
        etcd:
          name: {name}
          data-dir: /var/lib/kvnode/data
          discovery: {discovery}
          advertise-client-urls: http://$public_ipv4:2379
          initial-advertise-peer-urls: http://$private_ipv4:2380
          listen-client-urls: http://0.0.0.0:2379
          listen-peer-urls: http://$private_ipv4:2380

        """;

    private static string WriteFile(string folder, string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text.Replace("\r", string.Empty), Utf8);
        return path;
    }
}
