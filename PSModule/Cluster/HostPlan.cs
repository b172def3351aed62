// Writes the plan of a cluster over several hosts: for each an environment file and start scripts, to
// be carried there by whatever means the user has.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Cluster;

internal sealed class HostPlan(
    string folder, string clusterName, int clientPort, int peerPort, string? dataDirectory, string? discovery)
{
    private static readonly UTF8Encoding Utf8 = new(false);

    public IEnumerable<KvNodePlan> Write(IReadOnlyList<string> hosts)
    {
        Directory.CreateDirectory(folder);
        var token = LocalCluster.NewToken(clusterName);
        var members = string.Join(",", hosts.Select(h => $"{h}={Url(h, peerPort)}"));
        return [.. hosts.Select(host => WriteHost(host, members, token))];
    }

    private KvNodePlan WriteHost(string host, string members, string token)
    {
        var settings = new NodeSettings
        {
            Name = host,
            DataDirectory = dataDirectory ?? $"/var/lib/kv/{clusterName}",
            ListenClientUrl = Url("0.0.0.0", clientPort),
            AdvertiseClientUrl = Url(host, clientPort),
            ListenPeerUrl = Url("0.0.0.0", peerPort),
            AdvertisePeerUrl = Url(host, peerPort),
            InitialCluster = members,
            Token = token,
            Discovery = discovery ?? string.Empty,
        };
        var stem = Path.Combine(folder, string.Concat(host.Select(static c => char.IsLetterOrDigit(c) || c is '.' or '-' ? c : '_')));
        var plan = new KvNodePlan(host, host)
        {
            ClientUrl = settings.AdvertiseClientUrl,
            PeerUrl = settings.AdvertisePeerUrl,
            DataDirectory = settings.DataDirectory,
            Arguments = settings.Arguments(),
            EnvironmentFile = stem + ".env",
            ShellScript = stem + ".sh",
            PowerShellScript = stem + ".ps1",
        };
        File.WriteAllText(plan.EnvironmentFile, string.Join("\n", settings.EnvironmentLines()) + "\n", Utf8);
        File.WriteAllText(plan.ShellScript, Shell(plan), Utf8);
        File.WriteAllText(plan.PowerShellScript, PowerShell(plan), Utf8);
        if (!NodeProcess.IsWindows && UnixNative.ChangeMode(plan.ShellScript, UnixNative.ExecutableMode) != 0)
        {
            throw new IOException($"'{plan.ShellScript}' could not be made executable.");
        }

        return plan;
    }

    private static string Shell(KvNodePlan plan) =>
        $"#!/bin/sh\n# Starts node {plan.Name}. KVNODE names the program if it is not on the PATH.\n"
        + "exec \"${KVNODE:-kvnode}\"" + Lines(plan, " \\\n  ", ArgumentText.ForShell) + " \\\n  \"$@\"\n";

    private static string PowerShell(KvNodePlan plan) =>
        $"# Starts node {plan.Name}. KVNODE names the program if it is not on the PATH.\n"
        + "$program = if ($env:KVNODE) { $env:KVNODE } else { 'kvnode' }\n"
        + "& $program" + Lines(plan, " `\n  ", ArgumentText.ForPowerShell) + " `\n  @args\n"
        + "exit $LASTEXITCODE\n";

    private static string Lines(KvNodePlan plan, string separator, Func<string, string> quote) => string.Concat(
        Enumerable.Range(0, plan.Arguments.Length / 2)
            .Select(i => $"{separator}{plan.Arguments[2 * i]} {quote(plan.Arguments[(2 * i) + 1])}"));

    private static string Url(string host, int port)
    {
        var isV6 = host.Contains(":") && !host.StartsWith("[", StringComparison.Ordinal);
        return FormattableString.Invariant($"http://{(isV6 ? $"[{host}]" : host)}:{port}");
    }
}
