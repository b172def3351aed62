// Where settings come from and which source wins (etcd-facts §4.1).
using Kv.Node.Options;
using Xunit;

namespace Kv.Node.Tests.Options;

public sealed class OptionsLoaderTests
{
    private static readonly Dictionary<string, string> NoVariables = [];

    [Fact]
    public void Without_settings_the_defaults_are_those_of_etcd()
    {
        var loaded = Load();

        var options = loaded.Options;
        Assert.Equal(StartAction.Run, loaded.Action);
        Assert.Empty(loaded.Warnings);
        Assert.Equal("default", options.Name);
        Assert.Equal("default.kv", options.DataDir);
        Assert.Equal("http://localhost:2379", Assert.Single(options.ListenClientUrls).OriginalString);
        Assert.Equal("http://localhost:2380", Assert.Single(options.ListenPeerUrls).OriginalString);
        Assert.Equal(TimeSpan.FromMilliseconds(100), options.HeartbeatInterval);
        Assert.Equal(TimeSpan.FromSeconds(1), options.ElectionTimeout);
        Assert.Equal(10_000UL, options.SnapshotCount);
        Assert.Equal(128, options.MaxTxnOps);
        Assert.Equal(1_572_864, options.MaxRequestBytes);
        Assert.True(options.PreVote);
        Assert.False(options.EnableV2);
        Assert.Equal("etcd-cluster", options.InitialClusterToken);
        Assert.Equal("default=http://localhost:2380", UrlList.ShowCluster(options.InitialCluster));
    }

    [Fact]
    public void The_v2_api_is_turned_on_by_flag_variable_or_file()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "enable-v2: true\n");
        try
        {
            Assert.True(Load("--enable-v2").Options.EnableV2);
            Assert.False(Load("--enable-v2=false").Options.EnableV2);
            Assert.True(Load($"--config-file={file}").Options.EnableV2);
            var variable = new Dictionary<string, string> { ["ETCD_ENABLE_V2"] = "true" };
            Assert.True(OptionsLoader.Load([], variable).Options.EnableV2);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Every_flag_reaches_its_option()
    {
        var options = Load(
            "--name", "n1", "--data-dir", "/d", "--wal-dir", "/w",
            "--listen-client-urls", "http://127.0.0.1:12379,http://[::1]:12379", "--advertise-client-urls", "http://kv.example:12379",
            "--listen-peer-urls", "http://0.0.0.0:12380", "--initial-advertise-peer-urls", "http://h1:12380",
            "--initial-cluster", "n1=http://h1:12380,n2=http://h2:12380", "--initial-cluster-state", "existing",
            "--initial-cluster-token", "t", "--heartbeat-interval", "20", "--election-timeout", "200",
            "--snapshot-count", "7", "--log-level", "warn", "--log-format", "json", "--pre-vote=false",
            "--max-txn-ops", "9", "--max-request-bytes", "1000", "--quota-backend-bytes", "-1",
            "--enable-v2", "--auto-compaction-mode", "revision", "--auto-compaction-retention", "1000").Options;

        Assert.Equal("n1", options.Name);
        Assert.Equal("/d", options.DataDir);
        Assert.Equal("/w", options.WalDir);
        Assert.Equal(["http://127.0.0.1:12379", "http://[::1]:12379"], options.ListenClientUrls.Select(u => u.OriginalString));
        Assert.Equal("http://kv.example:12379", UrlList.Show(options.AdvertiseClientUrls));
        Assert.Equal("http://0.0.0.0:12380", UrlList.Show(options.ListenPeerUrls));
        Assert.Equal("http://h1:12380", UrlList.Show(options.InitialAdvertisePeerUrls));
        Assert.Equal(["n1", "n2"], options.InitialCluster.Select(m => m.Name));
        Assert.True(options.JoinsExistingCluster);
        Assert.Equal("t", options.InitialClusterToken);
        Assert.Equal(20, options.HeartbeatInterval.TotalMilliseconds);
        Assert.Equal(200, options.ElectionTimeout.TotalMilliseconds);
        Assert.Equal(7UL, options.SnapshotCount);
        Assert.Equal(("warn", "json"), (options.LogLevel, options.LogFormat));
        Assert.False(options.PreVote);
        Assert.True(options.EnableV2);
        Assert.Equal((9, 1000, -1L), (options.MaxTxnOps, options.MaxRequestBytes, options.QuotaBackendBytes));
        Assert.Equal((1000L, TimeSpan.Zero), (options.AutoCompaction.Revisions, options.AutoCompaction.Period));
    }

    [Fact]
    public void The_data_directory_and_the_cluster_follow_the_name()
    {
        var options = Load("--name=m7", "--initial-advertise-peer-urls=http://h7:2380,http://h7:2381").Options;

        Assert.Equal("m7.kv", options.DataDir);
        Assert.Equal("m7=http://h7:2380,m7=http://h7:2381", UrlList.ShowCluster(options.InitialCluster));
    }

    [Theory]
    [InlineData("ETCD_ELECTION_TIMEOUT")]
    [InlineData("KV_ELECTION_TIMEOUT")]
    public void Both_spellings_of_a_variable_set_an_option(string variable)
    {
        var loaded = OptionsLoader.Load([], new Dictionary<string, string> { [variable] = "3000" });

        Assert.Equal(3000, loaded.Options.ElectionTimeout.TotalMilliseconds);
        Assert.Empty(loaded.Warnings);
    }

    [Fact]
    public void Both_spellings_may_be_set_if_they_agree()
    {
        var agreed = OptionsLoader.Load([], new Dictionary<string, string> { ["ETCD_NAME"] = "a", ["KV_NAME"] = "a" });
        var problem = Assert.Throws<OptionsException>(() => OptionsLoader.Load(
            [], new Dictionary<string, string> { ["ETCD_NAME"] = "a", ["KV_NAME"] = "b" }));

        Assert.Equal("a", agreed.Options.Name);
        Assert.Contains("ETCD_NAME", problem.Message, StringComparison.Ordinal);
        Assert.Contains("KV_NAME", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ETCD_NAME")]
    [InlineData("KV_NAME")]
    public void A_variable_and_a_flag_for_one_option_conflict_even_when_equal(string variable)
    {
        var problem = Assert.Throws<OptionsException>(() => OptionsLoader.Load(
            ["--name=a"], new Dictionary<string, string> { [variable] = "a" }));

        Assert.Equal(
            $"conflicting environment variable {variable} is shadowed by corresponding command-line flag --name "
            + "(either unset environment variable or disable flag)",
            problem.Message);
    }

    [Fact]
    public void An_empty_variable_counts_as_unset()
    {
        var loaded = OptionsLoader.Load(["--name=a"], new Dictionary<string, string> { ["ETCD_NAME"] = "" });

        Assert.Equal("a", loaded.Options.Name);
    }

    [Fact]
    public void Unknown_variables_are_only_warned_of_and_their_values_not_shown()
    {
        var loaded = OptionsLoader.Load([], new Dictionary<string, string>
        {
            ["ETCD_ROOT_PASSWORD"] = "hunter2",
            ["KV_WHAT"] = "x",
            ["ETCDCTL_API"] = "3",
            ["PATH"] = "/bin",
        });

        Assert.Equal(
            ["unrecognized environment variable ETCD_ROOT_PASSWORD", "unrecognized environment variable KV_WHAT"],
            loaded.Warnings);
    }

    [Fact]
    public void A_bad_variable_is_named_as_it_was_written()
    {
        var problem = Assert.Throws<OptionsException>(() => OptionsLoader.Load(
            [], new Dictionary<string, string> { ["KV_PRE_VOTE"] = "maybe" }));

        Assert.Equal("invalid value \"maybe\" for KV_PRE_VOTE: expected true or false", problem.Message);
    }

    [Fact]
    public void Legacy_flags_are_ignored_with_a_warning()
    {
        var loaded = Load("--snapshot", "--name=a", "--peer-election-timeout=5");

        Assert.Equal("a", loaded.Options.Name);
        Assert.Equal(
            ["--snapshot has no effect any more and is ignored", "--peer-election-timeout has no effect any more and is ignored"],
            loaded.Warnings);
    }

    private static LoadedOptions Load(params string[] arguments) => OptionsLoader.Load(arguments, NoVariables);
}
