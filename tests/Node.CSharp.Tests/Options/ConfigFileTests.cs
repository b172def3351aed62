// The YAML file: what it may hold, that it wins over everything, and how its mistakes are named.
using Kv.Node.Options;
using Xunit;

namespace Kv.Node.Tests.Options;

public sealed class ConfigFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Keys_are_flag_names_and_empty_values_count_as_unset()
    {
        var warnings = new List<string>();
        var settings = ConfigFile.Parse(
            """
            # comment
            name: 'n1'
            data-dir:
            wal-dir: ""
            heartbeat-interval: 50
            pre-vote: false
            initial-cluster: n1=http://h1:2380,n2=http://h2:2380
            auto-compaction-retention: "10h"
            """,
            "node.yml",
            warnings);

        Assert.Equal(
            [("name", "n1"), ("heartbeat-interval", "50"), ("pre-vote", "false"),
             ("initial-cluster", "n1=http://h1:2380,n2=http://h2:2380"), ("auto-compaction-retention", "10h")],
            settings.Select(setting => (setting.Flag.Name, setting.Text)));
        Assert.Empty(warnings);
    }

    [Fact]
    public void Sections_about_tls_stand_for_flags()
    {
        var settings = ConfigFile.Parse(
            """
            client-transport-security:
              cert-file: /c.pem
              key-file: /c.key
              client-cert-auth: true
              trusted-ca-file: ""
            peer-transport-security:
              trusted-ca-file: /ca.pem
              auto-tls: false
              allowed-cn: [one, two]
              allowed-hostname: three,four
              skip-client-san-verification: true
            """,
            "node.yml",
            []);

        Assert.Equal(
            [("cert-file", "/c.pem"), ("key-file", "/c.key"), ("client-cert-auth", "true"),
             ("peer-trusted-ca-file", "/ca.pem"), ("peer-auto-tls", "false"), ("peer-cert-allowed-cn", "one,two"),
             ("peer-cert-allowed-hostname", "three,four"), ("peer-skip-client-san-verification", "true")],
            settings.Select(setting => (setting.Flag.Name, setting.Text)));
    }

    [Fact]
    public void Json_is_read_too()
    {
        var settings = ConfigFile.Parse("""{"name": "j", "pre-vote": true}""", "node.json", []);

        Assert.Equal(["j", "true"], settings.Select(setting => setting.Text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("---\n")]
    public void An_empty_file_sets_nothing(string text) => Assert.Empty(ConfigFile.Parse(text, "node.yml", []));

    [Fact]
    public void Unknown_keys_are_warned_of()
    {
        var warnings = new List<string>();
        var settings = ConfigFile.Parse("nmae: x\nconfig-file: y\nname: z\n", "node.yml", warnings);

        Assert.Equal("z", Assert.Single(settings).Text);
        Assert.Equal(
            ["unrecognized key \"nmae\" in node.yml is ignored", "unrecognized key \"config-file\" in node.yml is ignored"],
            warnings);
    }

    [Theory]
    [InlineData("listen-client-urls: [http://a:1]", "node.yml(1): listen-client-urls is one text or number, not a list or a section")]
    [InlineData("- name\n", "node.yml(1): expected keys and values")]
    [InlineData("client-transport-security: yes", "node.yml(1): client-transport-security has keys and values")]
    [InlineData("peer-transport-security:\n  cert-flie: /c\n", "node.yml(2): peer-transport-security has no key \"cert-flie\"; it has cert-file, key-file, client-cert-file, client-key-file, client-cert-auth, trusted-ca-file, auto-tls, crl-file, client-crl-file, allowed-cn, allowed-hostname, skip-client-san-verification")]
    public void Values_of_the_wrong_shape_are_refused_in_one_line(string text, string expected)
    {
        var problem = Assert.Throws<OptionsException>(() => ConfigFile.Parse(text, "node.yml", []));

        Assert.Equal(expected, problem.Message);
    }

    [Theory]
    [InlineData("name: x\nname: y\n")]
    [InlineData("name: 'x\n")]
    [InlineData("name: {\n")]
    public void What_is_not_yaml_is_refused_with_its_line(string text)
    {
        var problem = Assert.Throws<OptionsException>(() => ConfigFile.Parse(text, "node.yml", []));

        Assert.StartsWith("node.yml(", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem.Message);
    }

    [Fact]
    public void Empty_security_sections_ask_for_nothing()
    {
        var settings = ConfigFile.Parse(
            "client-transport-security:\n  cert-file:\n  client-cert-auth:\npeer-transport-security:\nname: x\n", "node.yml", []);

        Assert.Equal("x", Assert.Single(settings).Text);
    }

    [Fact]
    public void The_file_wins_over_flags_and_variables_and_says_so()
    {
        File.WriteAllText(_path, "name: from-file\n");

        var loaded = OptionsLoader.Load(
            ["--config-file", _path, "--name=from-flag", "--snapshot-count=5"],
            new Dictionary<string, string> { ["ETCD_NAME"] = "from-variable" });

        Assert.Equal("from-file", loaded.Options.Name);
        Assert.Equal(10_000UL, loaded.Options.SnapshotCount);
        Assert.Equal(
            ["--name", "--snapshot-count", "ETCD_NAME"],
            loaded.Warnings.Select(warning => warning.Replace(" is ignored because a configuration file is given", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_file_may_be_named_by_a_variable()
    {
        File.WriteAllText(_path, "name: from-file\n");

        var loaded = OptionsLoader.Load([], new Dictionary<string, string> { ["ETCD_CONFIG_FILE"] = _path });

        Assert.Equal("from-file", loaded.Options.Name);
    }

    [Fact]
    public void Two_different_files_are_refused()
    {
        var problem = Assert.Throws<OptionsException>(() => OptionsLoader.Load(
            ["--config-file=/a.yml"], new Dictionary<string, string> { ["ETCD_CONFIG_FILE"] = "/b.yml" }));

        Assert.Equal("--config-file and ETCD_CONFIG_FILE name different files (give one)", problem.Message);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var problem = Assert.Throws<OptionsException>(
            () => OptionsLoader.Load(["--config-file", "/nonexistent/kv.yml"], new Dictionary<string, string>()));

        Assert.Contains("/nonexistent/kv.yml", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem.Message);
    }

    [Fact]
    public void A_bad_value_is_named_with_its_file()
    {
        File.WriteAllText(_path, "log-level: loud\n");

        var problem = Assert.Throws<OptionsException>(
            () => OptionsLoader.Load(["--config-file", _path], new Dictionary<string, string>()));

        Assert.Equal(
            $"invalid value \"loud\" for log-level in {Path.GetFileName(_path)}: expected debug, info, warn, error, panic or fatal",
            problem.Message);
    }
}
