// What a node is started with. The rows of FlagTable fill it; OptionsValidator completes and checks
// it; everything else only reads it.
namespace Kv.Node.Options;

/// <summary>What a node is started with, after flags, environment and file have been merged and
/// checked. etcd's names and defaults (etcd-facts §4).</summary>
/// <remarks>The text of a URL as the operator wrote it is <see cref="Uri.OriginalString"/>; ids and
/// member lists are made from that, never from the normalised form.</remarks>
internal sealed record NodeOptions
{
    public string Name { get; init; } = "default";

    public string DataDir { get; init; } = "default.kv";

    /// <summary>Where the log lives; empty: below the data directory.</summary>
    public string WalDir { get; init; } = "";

    public IReadOnlyList<Uri> ListenClientUrls { get; init; } = [new("http://localhost:2379")];

    /// <summary>Where all but gRPC is served, if apart from <see cref="ListenClientUrls"/>.</summary>
    public IReadOnlyList<Uri> ListenClientHttpUrls { get; init; } = [];

    public IReadOnlyList<Uri> AdvertiseClientUrls { get; init; } = [new("http://localhost:2379")];

    public IReadOnlyList<Uri> ListenPeerUrls { get; init; } = [new("http://localhost:2380")];

    public IReadOnlyList<Uri> InitialAdvertisePeerUrls { get; init; } = [new("http://localhost:2380")];

    /// <summary>Members the cluster is started with.</summary>
    public IReadOnlyList<InitialMember> InitialCluster { get; init; } = [];

    /// <summary>The operator gave the initial cluster; false if it was derived.</summary>
    public bool InitialClusterGiven { get; init; }

    /// <summary>True for <c>existing</c>, false for <c>new</c>.</summary>
    public bool JoinsExistingCluster { get; init; }

    /// <summary>How the initial cluster is found.</summary>
    public DiscoveryOptions Discovery { get; init; } = new();

    /// <summary>Serve as a registry in which others find each other.</summary>
    public bool DiscoveryService { get; init; } = true;

    /// <summary>Make a cluster of this member alone from what its data directory holds.</summary>
    public bool ForceNewCluster { get; init; }

    /// <summary>Refuse changes of the membership that could cost the quorum.</summary>
    public bool StrictReconfigCheck { get; init; } = true;

    /// <summary>Most learners at a time.</summary>
    public int MaxLearners { get; init; } = 1;

    public string InitialClusterToken { get; init; } = "etcd-cluster";

    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    public TimeSpan ElectionTimeout { get; init; } = TimeSpan.FromMilliseconds(1000);

    /// <summary>Applied entries after which a snapshot is due.</summary>
    public ulong SnapshotCount { get; init; } = 10_000;

    public bool PreVote { get; init; } = true;

    /// <summary>Serve the v2 API.</summary>
    public bool EnableV2 { get; init; }

    /// <summary>Serve the JSON form of the API.</summary>
    public bool EnableGrpcGateway { get; init; } = true;

    /// <summary>Origins whose pages may use the JSON form; <c>*</c> is any.</summary>
    public IReadOnlyList<string> Cors { get; init; } = ["*"];

    /// <summary>Host names that cleartext HTTP requests may name; <c>*</c> or none at all is any.</summary>
    public IReadOnlyList<string> HostWhitelist { get; init; } = ["*"];

    /// <summary>Time between the progress notifications of a watch that is quiet; not above 0 is the default.</summary>
    public TimeSpan WatchProgressNotifyInterval { get; init; } = TimeSpan.FromMinutes(10);

    public int MaxTxnOps { get; init; } = 128;

    public int MaxRequestBytes { get; init; } = 1_572_864;

    /// <summary>Size of the store past which writes are refused; 0 is the default of 2 GiB,
    /// negative is no quota.</summary>
    public long QuotaBackendBytes { get; init; }

    /// <summary>The alarm of an exceeded quota clears itself once there is room again.</summary>
    public bool QuotaAutoClear { get; init; }

    /// <summary>Size of the recording for <c>kvnode replay</c>; 0 is none.</summary>
    public long RecorderBytes { get; init; } = 64 << 20;

    /// <summary>History the node compacts by itself.</summary>
    public AutoCompactionOptions AutoCompaction { get; init; } = AutoCompactionOptions.Off;

    /// <summary>Where metrics and health are served beside the client port.</summary>
    public IReadOnlyList<Uri> ListenMetricsUrls { get; init; } = [];

    /// <summary>Metrics include how long calls take.</summary>
    public bool ExtensiveMetrics { get; init; }

    /// <summary>Accepted for the sake of unit files; this runtime has no pprof.</summary>
    public bool EnablePprof { get; init; }

    /// <summary>TLS of the client port.</summary>
    public TlsOptions ClientTls { get; init; } = new();

    /// <summary>TLS of the peer port.</summary>
    public TlsOptions PeerTls { get; init; } = new();

    /// <summary>Years that certificates this node makes for itself are good for.</summary>
    public int SelfSignedCertValidity { get; init; } = 1;

    /// <summary>Cost of hashing passwords: bcrypt does two to this many rounds.</summary>
    public int BcryptCost { get; init; } = 10;

    /// <summary><c>simple</c>, or <c>jwt</c> with its settings (A3).</summary>
    public string AuthToken { get; init; } = "simple";

    /// <summary>Time without use after which a simple token ends.</summary>
    public TimeSpan AuthTokenTtl { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Cipher suites of TLS 1.2 to allow, by their IANA names; none is the system's choice.</summary>
    public IReadOnlyList<string> CipherSuites { get; init; } = [];

    /// <summary><c>TLS1.2</c> or <c>TLS1.3</c>.</summary>
    public string TlsMinVersion { get; init; } = "TLS1.2";

    /// <summary>As <see cref="TlsMinVersion"/>; empty is the newest there is.</summary>
    public string TlsMaxVersion { get; init; } = "";

    /// <summary>Most calls and streams at a time on one connection.</summary>
    public long MaxConcurrentStreams { get; init; } = uint.MaxValue;

    /// <summary>Time without traffic after which a client is asked for a sign of life; 0 is never.</summary>
    public TimeSpan GrpcKeepAliveInterval { get; init; } = TimeSpan.FromHours(2);

    public TimeSpan GrpcKeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Clients that ask for signs of life more often are let go; 0: as often as they like.</summary>
    public TimeSpan GrpcKeepAliveMinTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Unary calls that take longer are told in the log; 0: none.</summary>
    public TimeSpan WarningRequestDuration { get; init; } = TimeSpan.FromMilliseconds(300);

    public bool EnableDistributedTracing { get; init; }

    /// <summary>Where spans go (OTLP over gRPC): host and port, or a URL.</summary>
    public string TracingAddress { get; init; } = "localhost:4317";

    public string TracingServiceName { get; init; } = "etcd";

    /// <summary>Tells this node's spans from those of others of the service; may be empty.</summary>
    public string TracingInstanceId { get; init; } = "";

    /// <summary>Calls traced of a million that come without a decision of their caller.</summary>
    public long TracingSamplingRate { get; init; }

    public TimeSpan RaftReadTimeout { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan RaftWriteTimeout { get; init; } = TimeSpan.FromSeconds(5);

    public bool SocketReusePort { get; init; }

    public bool SocketReuseAddress { get; init; }

    /// <summary>Entries kept in memory behind a snapshot for slow members.</summary>
    public int SnapshotCatchUpEntries { get; init; } = 5_000;

    /// <summary>Most rows a compaction removes between two batches of writes.</summary>
    public int CompactionBatchLimit { get; init; } = 1_000;

    /// <summary>Do not wait for the disk.</summary>
    public bool UnsafeNoFsync { get; init; }

    /// <summary>Compare with the other members before serving.</summary>
    public bool InitialCorruptCheck { get; init; }

    /// <summary>Time between comparisons of the members; 0 is never.</summary>
    public TimeSpan CorruptCheckTime { get; init; }

    /// <summary>Compare the members after compactions.</summary>
    public bool CompactHashCheck { get; init; }

    /// <summary>Time between looks for a compaction to compare at.</summary>
    public TimeSpan CompactHashCheckTime { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Time past which applying a batch counts as slow.</summary>
    public TimeSpan WarningApplyDuration { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Where the log goes.</summary>
    public IReadOnlyList<string> LogOutputs { get; init; } = ["default"];

    public string Logger { get; init; } = "zap";

    /// <summary>Features asked to be on or off, as they were written.</summary>
    public IReadOnlyList<string> FeatureGates { get; init; } = [];

    public string LogLevel { get; init; } = "info";

    /// <summary><c>console</c> or <c>json</c>.</summary>
    public string LogFormat { get; init; } = "console";
}
