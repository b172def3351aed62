// Completes the options with the defaults that depend on other settings, and refuses combinations
// that cannot work (etcd-facts §4.1). What depends on the data directory is not checked here: a node
// that already has data starts without its --initial-cluster (see ClusterIdentity).
using System.Net;
using Kv.Node.Auth;
using Kv.Node.Recording;

namespace Kv.Node.Options;

/// <summary>Checks of settings against each other.</summary>
internal static class OptionsValidator
{
    private const int ElectionTimeoutMsMax = 50_000;

    private const int HeartbeatsPerElectionMin = 5;

    private const long QuotaRecommendedMax = 8L << 30;

    private const int RequestBytesRecommendedMax = 10 * 1024 * 1024;

    /// <summary>The options with all defaults in.</summary>
    /// <param name="options">The options as parsed; an empty data directory or initial cluster means
    /// it was not given.</param>
    /// <param name="given">Names of the settings the operator gave.</param>
    /// <param name="warnings">Gets a line for what works but is unwise.</param>
    /// <exception cref="OptionsException">A combination that cannot work.</exception>
    public static NodeOptions Complete(NodeOptions options, IReadOnlySet<string> given, List<string> warnings)
    {
        CheckName(options);
        DiscoveryValidator.Check(options, given);
        options = options with
        {
            DataDir = options.DataDir.Length > 0 ? options.DataDir : options.Name + ".kv",
            SnapshotCount = options.SnapshotCount > 0 ? options.SnapshotCount : new NodeOptions().SnapshotCount,
            InitialClusterGiven = options.InitialCluster.Count > 0,
            InitialCluster = options.InitialCluster.Count > 0
                ? options.InitialCluster
                : [new InitialMember(options.Name, options.InitialAdvertisePeerUrls)],
        };
        CheckUrls(options, given);
        TlsValidator.Check(options, warnings);
        CheckTimes(options);
        if (JwtOptions.Parse(options.AuthToken) is { } jwt)
        {
            _ = JwtKey.Load(jwt);
        }

        CheckCompaction(options);
        if (options.RecorderBytes is > 0 and < RecordingFiles.BytesMin)
        {
            throw new OptionsException(
                $"--recorder-bytes={options.RecorderBytes} is too little: at least {RecordingFiles.BytesMin}, or 0 for no recording");
        }

        if (options.EnablePprof)
        {
            warnings.Add("--enable-pprof has no effect: profile this process with dotnet-trace, dotnet-counters and dotnet-dump");
        }

        if (options.SocketReusePort && !OperatingSystem.IsLinux())
        {
            warnings.Add("--socket-reuse-port has no effect on this system");
        }

        if (options.UnsafeNoFsync)
        {
            warnings.Add("--unsafe-no-fsync: a crash of the machine loses writes that were acknowledged");
        }

        if (options.QuotaBackendBytes > QuotaRecommendedMax)
        {
            warnings.Add(
                $"--quota-backend-bytes={options.QuotaBackendBytes} is above the recommended {QuotaRecommendedMax}: all of it is held in memory");
        }

        if (options.MaxRequestBytes > RequestBytesRecommendedMax)
        {
            warnings.Add(
                $"--max-request-bytes={options.MaxRequestBytes} is above the recommended {RequestBytesRecommendedMax}");
        }

        return options;
    }

    private static void CheckName(NodeOptions options)
    {
        if (options.Name.AsSpan().IndexOfAny(",=") >= 0 || options.Name.Any(char.IsControl))
        {
            throw new OptionsException(
                $"--name \"{options.Name}\" has a comma, an equals sign or a control character in it");
        }
    }

    private static void CheckUrls(NodeOptions options, IReadOnlySet<string> given)
    {
        if (given.Contains("listen-client-urls") && !given.Contains("advertise-client-urls"))
        {
            throw new OptionsException("--advertise-client-urls is required when --listen-client-urls is set explicitly");
        }

        CheckListenUrls("listen-client-urls", options.ListenClientUrls);
        CheckListenUrls("listen-peer-urls", options.ListenPeerUrls);
        CheckListenUrls("listen-metrics-urls", options.ListenMetricsUrls);
        CheckListenUrls("listen-client-http-urls", options.ListenClientHttpUrls);
        CheckDistinct(("listen-client-urls", options.ListenClientUrls), ("listen-client-http-urls", options.ListenClientHttpUrls));
        CheckDistinct(("listen-client-urls", options.ListenClientUrls), ("listen-peer-urls", options.ListenPeerUrls));
        CheckDistinct(("listen-client-urls", options.ListenClientUrls), ("listen-metrics-urls", options.ListenMetricsUrls));
        CheckDistinct(("listen-peer-urls", options.ListenPeerUrls), ("listen-metrics-urls", options.ListenMetricsUrls));
    }

    private static void CheckDistinct((string Flag, IReadOnlyList<Uri> Urls) one, (string Flag, IReadOnlyList<Uri> Urls) other)
    {
        var shared = one.Urls.FirstOrDefault(
            url => url.Port != 0 && other.Urls.Any(same => same.Authority == url.Authority));
        if (shared is not null)
        {
            throw new OptionsException($"--{one.Flag} and --{other.Flag} both name {shared.OriginalString}");
        }
    }

    private static void CheckListenUrls(string flag, IReadOnlyList<Uri> urls)
    {
        foreach (var url in urls)
        {
            if (url.Host != "localhost" && !IPAddress.TryParse(url.Host, out _))
            {
                throw new OptionsException(
                    $"--{flag} has {url.OriginalString}: expected an IP address or localhost to listen on");
            }
        }
    }

    private static void CheckTimes(NodeOptions options)
    {
        var heartbeat = (long)options.HeartbeatInterval.TotalMilliseconds;
        var election = (long)options.ElectionTimeout.TotalMilliseconds;
        if (election < HeartbeatsPerElectionMin * heartbeat)
        {
            throw new OptionsException(
                $"--election-timeout[{election}ms] should be at least {HeartbeatsPerElectionMin} times "
                + $"--heartbeat-interval[{heartbeat}ms]");
        }

        if (election > ElectionTimeoutMsMax)
        {
            throw new OptionsException(
                $"--election-timeout[{election}ms] is too long, it may be at most {ElectionTimeoutMsMax}ms");
        }
    }

    private static void CheckCompaction(NodeOptions options)
    {
        try
        {
            _ = options.AutoCompaction.Period;
            _ = options.AutoCompaction.Revisions;
        }
        catch (FormatException problem)
        {
            throw new OptionsException(
                $"invalid value \"{options.AutoCompaction.Retention}\" for --auto-compaction-retention "
                + $"in mode {options.AutoCompaction.Mode}: {problem.Message}");
        }
    }
}
