// The table itself, and the two texts that are made from it.
using System.Text.Json;
using Kv.Node.Options;
using Xunit;

namespace Kv.Node.Tests.Options;

public sealed class FlagTableTests
{
    [Fact]
    public void Every_row_reads_back_what_it_was_given_as_default()
    {
        foreach (var row in FlagTable.Rows.Where(row => row is { Kind: FlagKind.Value or FlagKind.Boolean or FlagKind.Duration, DependentDefault: null }))
        {
            var given = row.DefaultText;
            if (given.Length > 0)
            {
                Assert.Equal(given, FlagValue.Show(row.Read(row.Apply(new NodeOptions(), given))));
            }
        }
    }

    [Fact]
    public void Help_lists_every_flag_under_its_group_and_fits_a_wide_terminal()
    {
        var help = HelpText.Render();

        foreach (var row in FlagTable.Rows)
        {
            var isShown = help.Contains($"\n  --{row.Name}", StringComparison.Ordinal) && help.Contains(row.Help, StringComparison.Ordinal);
            Assert.Equal(row.Kind != FlagKind.Legacy && row.NoEffect is null, isShown && row.Kind != FlagKind.Legacy && row.NoEffect is null);
            Assert.True(row.NoEffect is null || help.Contains(row.Name, StringComparison.Ordinal), row.Name);
        }

        Assert.True(help.IndexOf("\nMember:", StringComparison.Ordinal) < help.IndexOf("\nClustering:", StringComparison.Ordinal));
        Assert.Contains("default: http://localhost:2379", help, StringComparison.Ordinal);
        Assert.Contains("default: <name>.kv", help, StringComparison.Ordinal);
        Assert.All(help.Split('\n'), line => Assert.InRange(line.Length, 0, 140));
    }

    /// <summary>Every flag of etcd 3.4 to 3.7 (etcd-facts §4.2-4.7), so that no unit file stops the start.</summary>
    [Fact]
    public void Every_flag_of_etcd_is_known()
    {
        string[] etcds =
        [
            "name", "data-dir", "wal-dir", "snapshot-count", "heartbeat-interval", "election-timeout",
            "initial-election-tick-advance", "listen-peer-urls", "listen-client-urls", "listen-client-http-urls",
            "max-snapshots", "max-wals", "memory-mlock", "quota-backend-bytes", "backend-bbolt-freelist-type",
            "backend-batch-interval", "backend-batch-limit", "max-txn-ops", "max-request-bytes", "max-concurrent-streams",
            "grpc-keepalive-min-time", "grpc-keepalive-interval", "grpc-keepalive-timeout", "socket-reuse-port",
            "socket-reuse-address", "enable-grpc-gateway", "raft-read-timeout", "raft-write-timeout", "feature-gates",
            "snapshot-catchup-entries", "initial-advertise-peer-urls", "initial-cluster", "initial-cluster-state",
            "initial-cluster-token", "advertise-client-urls", "discovery-token", "discovery-endpoints", "discovery-dial-timeout",
            "discovery-request-timeout", "discovery-keepalive-time", "discovery-keepalive-timeout", "discovery-insecure-transport",
            "discovery-insecure-skip-tls-verify", "discovery-cert", "discovery-key", "discovery-cacert", "discovery-user",
            "discovery-password", "discovery-fallback", "discovery-srv", "discovery-srv-name", "strict-reconfig-check",
            "pre-vote", "auto-compaction-mode", "auto-compaction-retention", "max-learners", "v2-deprecation", "discovery",
            "discovery-proxy", "cert-file", "key-file", "trusted-ca-file", "client-cert-auth", "client-cert-file",
            "client-key-file", "client-crl-file", "client-cert-allowed-hostname", "auto-tls", "peer-cert-file", "peer-key-file",
            "peer-trusted-ca-file", "peer-client-cert-auth", "peer-client-cert-file", "peer-client-key-file",
            "peer-cert-allowed-cn", "peer-cert-allowed-hostname", "peer-auto-tls", "self-signed-cert-validity", "peer-crl-file",
            "peer-skip-client-san-verification", "cipher-suites", "tls-min-version", "tls-max-version", "cors", "host-whitelist",
            "auth-token", "auth-token-ttl", "bcrypt-cost", "logger", "log-outputs", "log-level", "log-format",
            "enable-log-rotation", "log-rotation-config-json", "warning-unary-request-duration", "warning-apply-duration",
            "enable-pprof", "metrics", "listen-metrics-urls", "enable-distributed-tracing", "distributed-tracing-address",
            "distributed-tracing-service-name", "distributed-tracing-instance-id", "distributed-tracing-sampling-rate",
            "corrupt-check-time", "compact-hash-check-time", "compaction-batch-limit", "compaction-sleep-interval",
            "watch-progress-notify-interval", "bootstrap-defrag-threshold-megabytes", "downgrade-check-time",
            "force-new-cluster", "unsafe-no-fsync", "config-file", "version", "help", "enable-v2", "experimental-enable-v2v3",
            "proxy", "proxy-failure-wait", "proxy-refresh-interval", "proxy-dial-timeout", "proxy-write-timeout",
            "proxy-read-timeout", "experimental-initial-corrupt-check", "experimental-corrupt-check-time",
            "experimental-compact-hash-check-enabled", "experimental-compact-hash-check-time",
            "experimental-enable-lease-checkpoint", "experimental-enable-lease-checkpoint-persist",
            "experimental-compaction-batch-limit", "experimental-compaction-sleep-interval",
            "experimental-peer-skip-client-san-verification", "experimental-watch-progress-notify-interval",
            "experimental-downgrade-check-time", "experimental-memory-mlock", "experimental-warning-apply-duration",
            "experimental-warning-unary-request-duration", "experimental-txn-mode-write-with-shared-buffer",
            "experimental-bootstrap-defrag-threshold-megabytes", "experimental-stop-grpc-service-on-defrag",
            "experimental-snapshot-catchup-entries", "experimental-snapshot-catch-up-entries",
            "experimental-enable-distributed-tracing", "experimental-distributed-tracing-address",
            "experimental-distributed-tracing-service-name", "experimental-distributed-tracing-instance-id",
            "experimental-distributed-tracing-sampling-rate", "log-package-levels", "debug", "peer-ca-file", "ca-file",
            "cluster-active-size", "peer-election-timeout", "snapshot", "v", "vv",
        ];

        Assert.DoesNotContain(etcds, name => FlagTable.Find(name) is null);
    }

    [Theory]
    [InlineData("--max-wals=5", "--max-wals has no effect: the log is kept as far back as the older snapshot needs it")]
    [InlineData("--feature-gates=InitialCorruptCheck=true,LeaseCheckpoint=false", "--feature-gates LeaseCheckpoint=false has no effect: the remaining time of leases is always replicated")]
    [InlineData("--unsafe-no-fsync", "--unsafe-no-fsync: a crash of the machine loses writes that were acknowledged")]
    public void What_does_nothing_or_is_unwise_is_said_in_one_line(string flag, string notice) =>
        Assert.Equal(notice, Assert.Single(OptionsLoader.Load([flag], new Dictionary<string, string>()).Warnings));

    [Theory]
    [InlineData("--feature-gates=Nothing=true")]
    [InlineData("--feature-gates=LeaseCheckpoint")]
    [InlineData("--feature-gates=LeaseCheckpoint=perhaps")]
    [InlineData("--log-outputs=")]
    [InlineData("--max-concurrent-streams=0")]
    public void What_makes_no_sense_is_refused(string flag) =>
        Assert.Throws<OptionsException>(() => OptionsLoader.Load([flag], new Dictionary<string, string>()));

    [Fact]
    public void The_effective_configuration_is_one_json_line_with_all_settings()
    {
        var options = OptionsLoader.Load(["--name=n1", "--pre-vote=false"], new Dictionary<string, string>()).Options;

        var line = EffectiveConfiguration.Describe(options);

        Assert.DoesNotContain('\n', line);
        using var json = JsonDocument.Parse(line);
        Assert.Equal("n1", json.RootElement.GetProperty("name").GetString());
        Assert.Equal("n1.kv", json.RootElement.GetProperty("data-dir").GetString());
        Assert.Equal(1000, json.RootElement.GetProperty("election-timeout").GetInt32());
        Assert.False(json.RootElement.GetProperty("pre-vote").GetBoolean());
        Assert.Equal("n1=http://localhost:2380", json.RootElement.GetProperty("initial-cluster").GetString());
        Assert.False(json.RootElement.TryGetProperty("help", out _));
    }

    [Fact]
    public void Secrets_are_masked_in_the_log_and_in_errors()
    {
        var secret = new OptionFlag(
            "secret", FlagGroup.Other, FlagKind.Value, "TEXT", "A secret.",
            (o, _) => throw new FormatException("expected another"), _ => "hunter2")
        { IsSecret = true };

        var line = EffectiveConfiguration.Describe(new NodeOptions(), [secret]);
        var problem = Assert.Throws<OptionsException>(() => new Setting(secret, "hunter2", "--secret").ApplyTo(new NodeOptions()));

        Assert.Equal("""{"secret":"***"}""", line);
        Assert.Equal("invalid value for --secret: expected another", problem.Message);
    }
}
