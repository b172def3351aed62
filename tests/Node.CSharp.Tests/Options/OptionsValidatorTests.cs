// Values and combinations a node refuses to start with, and the line it says so in.
using Kv.Node.Options;
using Xunit;

namespace Kv.Node.Tests.Options;

public sealed class OptionsValidatorTests
{
    [Theory]
    [InlineData("--advertise-client-urls is required when --listen-client-urls is set explicitly", "--listen-client-urls=http://localhost:1")]
    [InlineData("--election-timeout[499ms] should be at least 5 times --heartbeat-interval[100ms]", "--election-timeout=499")]
    [InlineData("--election-timeout[50001ms] is too long, it may be at most 50000ms", "--election-timeout=50001")]
    [InlineData(
        "--listen-peer-urls has http://example.com:2380: expected an IP address or localhost to listen on",
        "--listen-peer-urls=http://example.com:2380")]
    [InlineData("--listen-peer-urls has https://localhost:2380: TLS needs --peer-cert-file and --peer-key-file, or --peer-auto-tls", "--listen-peer-urls=https://localhost:2380")]
    [InlineData("--cert-file needs --key-file", "--cert-file=/c")]
    [InlineData("--peer-client-key-file needs --peer-client-cert-file", "--peer-client-key-file=/c")]
    [InlineData(
        "--cipher-suites has no meaning with --tls-min-version=TLS1.3, whose suites are fixed",
        "--tls-min-version=TLS1.3", "--cipher-suites=TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305")]
    [InlineData("invalid value \"TLS1.0\" for --tls-min-version: expected TLS1.2 or TLS1.3", "--tls-min-version=TLS1.0")]
    [InlineData("--listen-client-urls and --listen-peer-urls both name http://localhost:2379", "--listen-peer-urls=http://localhost:2379")]
    [InlineData("--name \"a=b\" has a comma, an equals sign or a control character in it", "--name=a=b")]
    [InlineData("invalid value \"\" for --name: expected a value that is not empty", "--name=")]
    [InlineData("invalid value \"abc\" for --election-timeout: expected a whole number from 1 to 2147483647", "--election-timeout=abc")]
    [InlineData("invalid value \"0\" for --heartbeat-interval: expected a whole number from 1 to 2147483647", "--heartbeat-interval=0")]
    [InlineData("invalid value \"loud\" for --log-level: expected debug, info, warn, error, panic or fatal", "--log-level=loud")]
    [InlineData("invalid value \"xml\" for --log-format: expected console or json", "--log-format=xml")]
    [InlineData("invalid value \"old\" for --initial-cluster-state: expected new or existing", "--initial-cluster-state=old")]
    [InlineData("invalid value \"yes\" for --pre-vote: expected true or false", "--pre-vote=yes")]
    [InlineData("invalid value \"-1\" for --snapshot-count: expected a whole number from 0 up", "--snapshot-count=-1")]
    [InlineData(
        "invalid value \"localhost:2379\" for --advertise-client-urls: expected URLs such as http://10.0.0.1:2380; "
        + "\"localhost:2379\" does not start with http:// or https://",
        "--advertise-client-urls=localhost:2379")]
    [InlineData(
        "invalid value \"http://a:1,http://b\" for --advertise-client-urls: expected URLs such as http://10.0.0.1:2380; \"http://b\" has no port",
        "--advertise-client-urls=http://a:1,http://b")]
    [InlineData(
        "invalid value \"http://a:1/\" for --advertise-client-urls: expected URLs such as http://10.0.0.1:2380; "
        + "\"http://a:1/\" has more than host and port",
        "--advertise-client-urls=http://a:1/")]
    [InlineData(
        "invalid value \"http://a:99999\" for --advertise-client-urls: expected URLs such as http://10.0.0.1:2380; "
        + "\"http://a:99999\" has no valid host and port",
        "--advertise-client-urls=http://a:99999")]
    [InlineData(
        "invalid value \"http://a:1,http://a:1\" for --advertise-client-urls: duplicate URL http://a:1",
        "--advertise-client-urls=http://a:1,http://a:1")]
    [InlineData(
        "invalid value \"http://h:1\" for --initial-cluster: expected name=url pairs separated by commas; \"http://h:1\" is none",
        "--initial-cluster=http://h:1")]
    [InlineData(
        "invalid value \"a=http://h:1,b=http://h:1\" for --initial-cluster: duplicate URL http://h:1",
        "--initial-cluster=a=http://h:1,b=http://h:1")]
    [InlineData(
        "invalid value \"5m\" for --auto-compaction-retention in mode revision: expected a whole number from 0 up",
        "--auto-compaction-mode=revision", "--auto-compaction-retention=5m")]
    [InlineData(
        "invalid value \"5 minutes\" for --auto-compaction-retention in mode periodic: expected a duration such as 300ms, 10s or 1h30m",
        "--auto-compaction-retention=5 minutes")]
    public void A_wrong_setting_is_refused_in_one_line(string expected, params string[] arguments)
    {
        var problem = Assert.Throws<OptionsException>(
            () => OptionsLoader.Load(arguments, new Dictionary<string, string>()));

        Assert.Equal(expected, problem.Message);
    }

    [Theory]
    [InlineData("http://localhost:2379")]
    [InlineData("http://0.0.0.0:2379")]
    [InlineData("http://[::]:2379")]
    public void Addresses_and_localhost_can_be_listened_on(string url)
    {
        var loaded = OptionsLoader.Load(
            ["--listen-client-urls=" + url, "--advertise-client-urls=http://kv.example:2379"], new Dictionary<string, string>());

        Assert.Equal(url, Assert.Single(loaded.Options.ListenClientUrls).OriginalString);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("2", 7200)]
    [InlineData("90m", 5400)]
    [InlineData("1h30m0.5s", 5400.5)]
    public void Periodic_retention_is_a_duration_or_hours(string text, double seconds)
    {
        var options = OptionsLoader.Load(["--auto-compaction-retention", text], new Dictionary<string, string>()).Options;

        Assert.Equal(seconds, options.AutoCompaction.Period.TotalSeconds);
    }

    [Fact]
    public void A_snapshot_count_of_zero_means_the_default()
    {
        var options = OptionsLoader.Load(["--snapshot-count=0"], new Dictionary<string, string>()).Options;

        Assert.Equal(10_000UL, options.SnapshotCount);
    }

    [Fact]
    public void A_very_large_request_limit_is_warned_of()
    {
        var loaded = OptionsLoader.Load(["--max-request-bytes=20000000"], new Dictionary<string, string>());

        Assert.Equal("--max-request-bytes=20000000 is above the recommended 10485760", Assert.Single(loaded.Warnings));
    }

    [Theory]
    [InlineData("-1.5h", -5400)]
    [InlineData("250ms", 0.25)]
    [InlineData("1us", 0.000001)]
    [InlineData("5000000000ns", 5)]
    public void Durations_are_read_in_gos_notation(string text, double seconds) =>
        Assert.Equal(seconds, GoDuration.Parse(text).TotalSeconds, 7);

    [Theory]
    [InlineData("10m")]
    [InlineData("1h30m5s250ms")]
    [InlineData("-48h1ms")]
    [InlineData("0s")]
    public void Durations_are_shown_as_they_are_read(string text) =>
        Assert.Equal(text, GoDuration.Show(GoDuration.Parse(text)));

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("h")]
    [InlineData("5x")]
    [InlineData("1..5s")]
    [InlineData("99999999999999999999h")]
    public void What_is_no_duration_is_refused(string text) =>
        Assert.Throws<FormatException>(() => GoDuration.Parse(text));
}
