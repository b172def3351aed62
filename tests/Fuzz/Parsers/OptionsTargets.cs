// Settings, however they are given: the start ends with one line, or goes on with options that mean something.
using Kv.Node.Options;

namespace Fuzz.Parsers;

/// <summary>What all of them have in common.</summary>
internal abstract class OptionsTarget(string name) : Target(name)
{
    private static readonly string[] Reserved = [FlagTable.ConfigFile, FlagTable.CloudConfig];

    protected static IEnumerable<OptionFlag> Flags => FlagTable.Rows.Where(flag => !Reserved.Contains(flag.Name));

    public override IEnumerable<string> Words =>
    [
        .. Flags.Select(flag => flag.Name), "--", "=", "\n", ",", "true", "false", "0", "-1", "9223372036854775807", "1h", "0s", "1ns",
        "http://127.0.0.1:1", "https://[::1]:65535", "n1=http://10.0.0.1:2380", "jwt,sign-method=HS256,priv-key=/none,ttl=5m", "simple",
        "periodic", "revision", "existing", "TLS1.3", "InitialCorruptCheck=true", "*", "~", "null",
    ];

    public override Answer Run(byte[] input)
    {
        try
        {
            return Load(Samples.Text(input));
        }
        catch (OptionsException refusal)
        {
            OracleException.Require(
                refusal.Message.Length > 0 && refusal.Message.AsSpan().IndexOfAny("\r\n") < 0, "the reason is not one line");
            return Answer.Refused(refusal.Message);
        }
    }

    protected abstract Answer Load(string text);

    /// <summary>What a text stands for in the notation of a file.</summary>
    protected static Answer Complete(IEnumerable<Setting> settings)
    {
        var options = settings.Aggregate(new NodeOptions { DataDir = "" }, (before, setting) => setting.ApplyTo(before));
        return Sound(OptionsValidator.Complete(options, settings.Select(setting => setting.Flag.Name).ToHashSet(), []));
    }

    /// <summary>Options that can be shown.</summary>
    protected static Answer Sound(NodeOptions options)
    {
        foreach (var flag in FlagTable.Rows)
        {
            FlagValue.Show(flag.Read(options));
        }

        OracleException.Require(options.DataDir.Length > 0 && options.InitialCluster.Count > 0, "options that are not complete");
        OracleException.Require(EffectiveConfiguration.Describe(options).AsSpan().IndexOfAny("\r\n") < 0, "the configuration is not one line");
        return Answer.Accepted();
    }
}

/// <summary>Flags, one argument a line.</summary>
internal sealed class CommandLineTarget() : OptionsTarget("flags")
{
    public override IEnumerable<byte[]> Corpus()
    {
        yield return Samples.Bytes("--name=a\n--data-dir\n/d\n-listen-client-urls=http://127.0.0.1:1\n--advertise-client-urls\nhttp://a:1");
        yield return Samples.Bytes("--initial-cluster=default=http://localhost:2380\n--heartbeat-interval=50\n--election-timeout=500");
        yield return Samples.Bytes("--auto-compaction-mode=revision\n--auto-compaction-retention=1000\n--pre-vote\n--enable-v2=false");
        yield return Samples.Bytes("--version");
    }

    protected override Answer Load(string text)
    {
        string[] arguments = [.. text.Split('\n').Where(argument => argument.Length > 0)];
        if (arguments.Any(argument => argument.Contains("config", StringComparison.Ordinal)))
        {
            return Answer.Refused("names a file");
        }

        var loaded = OptionsLoader.Load(arguments, new Dictionary<string, string>());
        return loaded.Action == StartAction.Run ? Sound(loaded.Options) : Answer.Accepted($"{loaded.Action}");
    }
}

/// <summary>Variables, one a line.</summary>
internal sealed class EnvironmentTarget() : OptionsTarget("environment")
{
    public override IEnumerable<string> Words => [.. base.Words, .. Flags.Select(flag => flag.EnvironmentName("ETCD_")), "KV_", "ETCD_"];

    public override IEnumerable<byte[]> Corpus()
    {
        yield return Samples.Bytes("ETCD_NAME=a\nKV_DATA_DIR=/d\nETCD_LISTEN_METRICS_URLS=http://127.0.0.1:1\nPATH=x");
        yield return Samples.Bytes("ETCD_QUOTA_BACKEND_BYTES=-1\nETCD_FEATURE_GATES=CompactHashCheck=true\nETCD_UNKNOWN=1");
    }

    protected override Answer Load(string text)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in text.Split('\n').Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2))
        {
            variables[pair[0]] = pair[1];
        }

        return variables.Keys.Any(name => name.Contains("CONFIG", StringComparison.Ordinal))
            ? Answer.Refused("names a file")
            : Sound(OptionsLoader.Load([], variables).Options);
    }
}

/// <summary>Values of flags. The first byte says of which.</summary>
internal sealed class FlagValueTarget() : OptionsTarget("flag-value")
{
    private static readonly OptionFlag[] Known = [.. Flags];

    public override int QuickInputs => 3_000;

    public override IEnumerable<byte[]> Corpus() => Known.Select((flag, i) => (byte[])[(byte)i, .. Samples.Bytes(
        flag.DefaultText is { Length: > 0 } text && flag.DependentDefault is null ? text : Example(flag))]);

    public override Answer Run(byte[] input)
    {
        var flag = Known[input.Length == 0 ? 0 : input[0] % Known.Length];
        var setting = new Setting(flag, Samples.Text(input.Length == 0 ? [] : input[1..]), "--" + flag.Name);
        NodeOptions options;
        try
        {
            options = setting.ApplyTo(new NodeOptions());
        }
        catch (OptionsException refusal)
        {
            OracleException.Require(refusal.Message.AsSpan().IndexOfAny("\r\n") < 0, "the reason is not one line");
            return Answer.Refused(refusal.Message);
        }

        var shown = FlagValue.Show(flag.Read(options));
        if (shown.Length > 0)
        {
            var again = (setting with { Text = shown }).ApplyTo(new NodeOptions());
            OracleException.Require(FlagValue.Show(flag.Read(again)) == shown, $"shown as {shown}, it is read as something else");
        }

        return Answer.Accepted(flag.Name);
    }

    protected override Answer Load(string text) => throw new NotSupportedException();

    private static string Example(OptionFlag flag) => flag.Name switch
    {
        "initial-cluster" => "a=http://127.0.0.1:1,a=http://127.0.0.1:2,b=https://[::1]:3",
        "auth-token" => "jwt,sign-method=RS256,priv-key=/k,pub-key=/p,ttl=10m",
        "feature-gates" => "InitialCorruptCheck=true,LeaseCheckpoint=false",
        "cipher-suites" => "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "discovery" or "discovery-proxy" => "http://127.0.0.1:1/v2/keys/_etcd/registry/t",
        "listen-client-http-urls" or "listen-metrics-urls" => "http://127.0.0.1:1,https://[::1]:2",
        "tls-max-version" => "TLS1.3",
        _ => "x",
    };
}

/// <summary>The YAML file.</summary>
internal sealed class YamlTarget() : OptionsTarget("yaml")
{
    private static readonly string[] Structure =
        ["&a ", "*a", "!!str ", "? ", "- ", "[", "]", "{", "}", ": ", "|\n", ">", "---\n", "...", "#", "%YAML 1.1", "\t", "\"", "'", "\\x", "<<: *a", "  "];

    public override IEnumerable<string> Words =>
        [.. base.Words, .. Structure, "client-transport-security:", "peer-transport-security:", "discovery-config:", "cert-file: ", "allowed-cn: ", "auth:", "secure:"];

    public override IEnumerable<byte[]> Corpus() => Samples.Texts(
        "name: n1\ndata-dir: /d\nquota-backend-bytes: 0\nenable-v2: true\nwatch-progress-notify-interval: 5000000000\n",
        "initial-cluster: n1=http://127.0.0.1:1\nname: 'n1'\nclient-transport-security:\n  cert-file: /c\n  key-file: /k\n  allowed-cn: [a, b]\n",
        "{\"name\": \"n1\", \"initial-advertise-peer-urls\": \"http://10.0.0.1:2380\", \"discovery-config\": {\"endpoints\": [\"http://127.0.0.1:1\"], \"token\": \"t\", \"auth\": {\"username\": \"u\"}}}",
        "x: &a {b: c}\ny: *a\nlog-level: ~\n", "");

    protected override Answer Load(string text) => Complete(ConfigFile.Parse(text, "node.yml", []));
}

/// <summary>The user-data file of a machine.</summary>
internal sealed class CloudConfigTarget() : OptionsTarget("cloud-config")
{
    private static readonly Dictionary<string, string> Addresses =
        new() { ["COREOS_PRIVATE_IPV4"] = "10.0.0.1", ["COREOS_PUBLIC_IPV4"] = "192.0.2.1" };

    public override IEnumerable<string> Words =>
        [.. base.Words, "#cloud-config", "coreos:", "etcd2:", "etcd:", "$private_ipv4", "$public_ipv4", "[", "]", "{", "}", ": ", "&a ", "*a"];

    public override IEnumerable<byte[]> Corpus() => Samples.Texts(
        "#cloud-config\ncoreos:\n  etcd2:\n    name: n1\n    advertise_client_urls: http://$private_ipv4:2379\n    listen-client-urls: http://0.0.0.0:2379\n",
        "#cloud-config\netcd:\n  discovery: http://$public_ipv4:1/v2/keys/t\n  name: n1\n  initial-advertise-peer-urls: http://$public_ipv4:2380\n");

    protected override Answer Load(string text) => Complete(CloudConfig.Parse(text, "user-data", Addresses, []));
}
