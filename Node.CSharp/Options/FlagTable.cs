// Every setting of the node, one row each. The rows drive the command line, the environment, the
// file, the help text and the start-up log, so a new setting is one row here and one property in
// NodeOptions. Names and defaults are etcd's (etcd-facts §4).
using static Kv.Node.Options.FlagGroup;

namespace Kv.Node.Options;

/// <summary>The settings a node takes.</summary>
internal static partial class FlagTable
{
    public const string ConfigFile = "config-file";

    public const string CloudConfig = "cloud-config";

    public const string Help = "help";

    public const string Version = "version";

    private static readonly string[] LegacyNames =
    [
        "cluster-active-size", "cluster-remove-delay", "cluster-sync-interval", "config", "force",
        "max-result-buffer", "max-retry-attempts", "peer-heartbeat-interval", "peer-election-timeout",
        "retry-interval", "snapshot", "v", "vv",
    ];

    /// <summary>All rows, in the order of the help text.</summary>
    public static IReadOnlyList<OptionFlag> Rows { get; } =
    [
        .. MemberRows(),
        .. ClusteringRows(),
        .. DiscoveryRows(),
        .. StorageRows(),
        .. SecurityRows(),
        .. LoggingRows(),
        .. LimitRows(),
        .. TracingRows(),
        Control(ConfigFile, "PATH", "Read every setting from this YAML file; all other flags and variables are ignored."),
        Control(CloudConfig, "PATH", "Read every setting from the etcd map of this #cloud-config user-data file instead."),
        Control(Version, "", "Print the version and exit."),
        Control(Help, "", "Print this help and exit."),
        .. NoEffectRows(),
        .. LegacyRows(),
    ];

    private static readonly Dictionary<string, OptionFlag> ByName =
        Rows.ToDictionary(row => row.Name, StringComparer.Ordinal);

    /// <summary>The row of that name, or null.</summary>
    public static OptionFlag? Find(string name) => ByName.GetValueOrDefault(name);

    private static IEnumerable<OptionFlag> MemberRows() =>
    [
        Text("name", Member, "NAME", "Name of this member, unique in the cluster.",
            (o, v) => o with { Name = FlagValue.NonEmpty(v) }, o => o.Name),
        Text("data-dir", Member, "PATH", "Directory of all data of this member.",
            (o, v) => o with { DataDir = v }, o => o.DataDir) with { DependentDefault = "<name>.kv" },
        Text("wal-dir", Member, "PATH", "Directory of the log, if not below the data directory.",
            (o, v) => o with { WalDir = v }, o => o.WalDir),
        Urls("listen-client-urls", Member, "URLs to accept clients on.",
            (o, v) => o with { ListenClientUrls = v }, o => o.ListenClientUrls),
        Text("listen-client-http-urls", Member, "URL,...", "URLs for everything that is not gRPC, which then has listen-client-urls to itself.",
            (o, v) => o with { ListenClientHttpUrls = v.Length > 0 ? UrlList.Parse(v) : [] },
            o => UrlList.Show(o.ListenClientHttpUrls)),
        Urls("listen-peer-urls", Member, "URLs to accept other members on.",
            (o, v) => o with { ListenPeerUrls = v }, o => o.ListenPeerUrls),
        Milliseconds("heartbeat-interval", Member, "Time between heartbeats of the leader.",
            (o, v) => o with { HeartbeatInterval = v }, o => o.HeartbeatInterval),
        Milliseconds("election-timeout", Member, "Time without a leader before an election, at least 5 heartbeats.",
            (o, v) => o with { ElectionTimeout = v }, o => o.ElectionTimeout),
        Boolean("pre-vote", Member, "Ask before disturbing a leader others still hear.",
            (o, v) => o with { PreVote = v }, o => o.PreVote),
        Boolean("enable-v2", Member, "Serve the v2 API, too.",
            (o, v) => o with { EnableV2 = v }, o => o.EnableV2),
        Boolean("enable-grpc-gateway", Member, "Serve the JSON form of the API.",
            (o, v) => o with { EnableGrpcGateway = v }, o => o.EnableGrpcGateway),
        Text("cors", Member, "ORIGIN,...", "Origins whose web pages may use the API; *: any.",
            (o, v) => o with { Cors = FlagValue.List(v) }, o => string.Join(',', o.Cors)),
        Text("host-whitelist", Member, "HOST,...", "Hosts that requests without TLS may name; *: any.",
            (o, v) => o with { HostWhitelist = FlagValue.List(v) }, o => string.Join(',', o.HostWhitelist)),
        Duration("watch-progress-notify-interval", Member, "Time between progress reports of quiet watches.",
            (o, v) => o with { WatchProgressNotifyInterval = v }, o => o.WatchProgressNotifyInterval),
        Duration("experimental-watch-progress-notify-interval", Member, "The same, as releases before 3.6 call it.",
            (o, v) => o with { WatchProgressNotifyInterval = v }, o => o.WatchProgressNotifyInterval),
        Number("max-txn-ops", Member, "Most operations in one transaction.", 1, int.MaxValue,
            (o, v) => o with { MaxTxnOps = (int)v }, o => o.MaxTxnOps),
        Number("max-request-bytes", Member, "Largest request a client may send, bytes.", 1, int.MaxValue,
            (o, v) => o with { MaxRequestBytes = (int)v }, o => o.MaxRequestBytes),
    ];

    private static IEnumerable<OptionFlag> ClusteringRows() =>
    [
        Urls("advertise-client-urls", Clustering, "URLs clients reach this member at.",
            (o, v) => o with { AdvertiseClientUrls = v }, o => o.AdvertiseClientUrls),
        Urls("initial-advertise-peer-urls", Clustering, "URLs other members reach this member at.",
            (o, v) => o with { InitialAdvertisePeerUrls = v }, o => o.InitialAdvertisePeerUrls),
        Text("initial-cluster", Clustering, "NAME=URL,...", "Members a new cluster is made of.",
            (o, v) => o with { InitialCluster = UrlList.ParseCluster(v) }, o => UrlList.ShowCluster(o.InitialCluster))
            with { DependentDefault = "<name>=<initial-advertise-peer-urls>" },
        Text("initial-cluster-state", Clustering, "new|existing", "Whether to make a cluster or to join one.",
            (o, v) => o with { JoinsExistingCluster = FlagValue.Choice(v, "new", "existing") == "existing" },
            o => o.JoinsExistingCluster ? "existing" : "new"),
        Text("initial-cluster-token", Clustering, "TEXT", "Tells clusters apart that are made with the same URLs.",
            (o, v) => o with { InitialClusterToken = v }, o => o.InitialClusterToken),
        Boolean("strict-reconfig-check", Clustering, "Refuse changes of the membership that could cost the quorum.",
            (o, v) => o with { StrictReconfigCheck = v }, o => o.StrictReconfigCheck),
        Number("max-learners", Clustering, "Most learners at a time.", 0, int.MaxValue,
            (o, v) => o with { MaxLearners = (int)v }, o => o.MaxLearners),
        Boolean("force-new-cluster", Clustering,
            "Disaster recovery: drop all other members and go on alone with what this data directory holds.",
            (o, v) => o with { ForceNewCluster = v }, o => o.ForceNewCluster),
    ];

    private static IEnumerable<OptionFlag> StorageRows() =>
    [
        Number("snapshot-count", Storage, "Applied entries after which a snapshot is taken.", 0, long.MaxValue,
            (o, v) => o with { SnapshotCount = (ulong)v }, o => (long)o.SnapshotCount),
        Number("quota-backend-bytes", Storage,
            "Size of the store past which writes are refused; 0: 2 GiB, negative: none.",
            long.MinValue, long.MaxValue,
            (o, v) => o with { QuotaBackendBytes = v }, o => o.QuotaBackendBytes),
        Boolean("quota-auto-clear", Storage, "Clear the alarm of an exceeded quota once a tenth of the quota is free.",
            (o, v) => o with { QuotaAutoClear = v }, o => o.QuotaAutoClear),
        Number("recorder-bytes", Storage, "Size of the recording in the data directory for kvnode replay; 0: none.", 0, long.MaxValue,
            (o, v) => o with { RecorderBytes = v }, o => o.RecorderBytes),
        Text("auto-compaction-mode", Storage, "periodic|revision", "What auto-compaction-retention counts.",
            (o, v) => o with
            {
                AutoCompaction = o.AutoCompaction with
                {
                    Mode = FlagValue.Choice(v, AutoCompactionOptions.Periodic, AutoCompactionOptions.Revision),
                },
            },
            o => o.AutoCompaction.Mode),
        Text("auto-compaction-retention", Storage, "TIME|COUNT",
            "History to keep: a duration or hours, or a number of revisions; 0: all.",
            (o, v) => o with { AutoCompaction = o.AutoCompaction with { Retention = v } },
            o => o.AutoCompaction.Retention),
    ];

    private static IEnumerable<OptionFlag> LoggingRows() =>
    [
        Text("listen-metrics-urls", Logging, "URL,...", "More URLs to serve /metrics and health on, and nothing else.",
            (o, v) => o with { ListenMetricsUrls = v.Length > 0 ? UrlList.Parse(v) : [] },
            o => UrlList.Show(o.ListenMetricsUrls)),
        Text("metrics", Logging, "basic|extensive", "extensive: with how long calls take.",
            (o, v) => o with { ExtensiveMetrics = FlagValue.Choice(v, "basic", "extensive") == "extensive" },
            o => o.ExtensiveMetrics ? "extensive" : "basic"),
        Boolean("enable-pprof", Logging, "No effect: profile with dotnet-trace and dotnet-counters instead.",
            (o, v) => o with { EnablePprof = v }, o => o.EnablePprof),
        Text("log-level", Logging, "LEVEL", "debug, info, warn, error, panic or fatal.",
            (o, v) => o with { LogLevel = FlagValue.Choice(v, "debug", "info", "warn", "error", "panic", "fatal") },
            o => o.LogLevel),
        Text("log-format", Logging, "console|json", "Lines for people, or one JSON object a line.",
            (o, v) => o with { LogFormat = FlagValue.Choice(v, "console", "json") }, o => o.LogFormat),
    ];

    private static IEnumerable<OptionFlag> LegacyRows() =>
        LegacyNames.Select(name => new OptionFlag(name, Other, FlagKind.Legacy, "", "Ignored.", (o, _) => o, _ => ""));

    private static OptionFlag Control(string name, string placeholder, string help) =>
        new(name, Other, FlagKind.Control, placeholder, help, (o, _) => o, _ => "");

    private static OptionFlag Text(
        string name, FlagGroup group, string placeholder, string help,
        Func<NodeOptions, string, NodeOptions> apply, Func<NodeOptions, string> read) =>
        new(name, group, FlagKind.Value, placeholder, help, apply, read);

    private static OptionFlag Boolean(
        string name, FlagGroup group, string help,
        Func<NodeOptions, bool, NodeOptions> apply, Func<NodeOptions, bool> read) =>
        new(name, group, FlagKind.Boolean, "", help, (o, v) => apply(o, FlagValue.Boolean(v)), o => read(o));

    private static OptionFlag Number(
        string name, FlagGroup group, string help, long min, long max,
        Func<NodeOptions, long, NodeOptions> apply, Func<NodeOptions, long> read) =>
        new(name, group, FlagKind.Value, "N", help, (o, v) => apply(o, FlagValue.Integer(v, min, max)), o => read(o));

    private static OptionFlag Milliseconds(
        string name, FlagGroup group, string help,
        Func<NodeOptions, TimeSpan, NodeOptions> apply, Func<NodeOptions, TimeSpan> read) =>
        new(name, group, FlagKind.Value, "MS", help,
            (o, v) => apply(o, FlagValue.Milliseconds(v)), o => (long)read(o).TotalMilliseconds);

    private static OptionFlag Duration(
        string name, FlagGroup group, string help,
        Func<NodeOptions, TimeSpan, NodeOptions> apply, Func<NodeOptions, TimeSpan> read) =>
        new(name, group, FlagKind.Duration, "TIME", help,
            (o, v) => apply(o, GoDuration.Parse(v)), o => GoDuration.Show(read(o)));

    private static OptionFlag Urls(
        string name, FlagGroup group, string help,
        Func<NodeOptions, IReadOnlyList<Uri>, NodeOptions> apply, Func<NodeOptions, IReadOnlyList<Uri>> read) =>
        new(name, group, FlagKind.Value, "URL,...", help, (o, v) => apply(o, UrlList.Parse(v)), o => UrlList.Show(read(o)));
}
