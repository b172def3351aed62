// Settings from user-data.
using Kv.Node.Options;
using Xunit;

namespace Kv.Node.Tests.Options;

public sealed class CloudConfigTests : IDisposable
{
    private static readonly Dictionary<string, string> Addresses = new()
    {
        ["COREOS_PRIVATE_IPV4"] = "10.1.2.3",
        ["COREOS_PUBLIC_IPV4"] = "198.51.100.7",
    };

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData("etcd:\n  {0}")]
    [InlineData("etcd2:\n  {0}")]
    [InlineData("hostname: h\ncoreos:\n  etcd:\n    {0}\n  units: []")]
    [InlineData("coreos:\n  etcd2:\n    {0}\nwrite_files: []")]
    public void The_etcd_map_is_found_where_it_may_be(string text)
    {
        File.WriteAllText(_path, "#cloud-config\n" + text.Replace("{0}", "name: core", StringComparison.Ordinal));
        Assert.Equal("core", Load(Addresses).Name);
    }

    [Fact]
    public void Addresses_of_the_machine_are_put_in()
    {
        File.WriteAllText(_path,
            """
            #cloud-config
            etcd:
              discovery: http://registry/v2/keys/_etcd/registry/t
              advertise-client-urls: http://$public_ipv4:2379,http://$private_ipv4:2379
              initial_advertise_peer_urls: http://$private_ipv4:2380
              listen-client-urls: http://0.0.0.0:2379
              listen-peer-urls: http://$private_ipv4:2380
            """);

        var options = Load(Addresses);

        Assert.Equal(["http://198.51.100.7:2379", "http://10.1.2.3:2379"], options.AdvertiseClientUrls.Select(url => url.OriginalString));
        Assert.Equal("http://10.1.2.3:2380", options.InitialAdvertisePeerUrls[0].OriginalString);
        Assert.Equal("http://registry/v2/keys/_etcd/registry/t", options.Discovery.Url);
    }

    [Theory]
    [InlineData("etcd:\n  name: x", "its first line is not #cloud-config")]
    [InlineData("#cloud-config\nhostname: h", "has no map etcd or etcd2")]
    [InlineData("#cloud-config\netcd:\n  heartbeat-interval: soon", "invalid value \"soon\" for heartbeat-interval in ")]
    [InlineData("#cloud-config\netcd: [", "not YAML")]
    public void What_is_no_user_data_is_refused(string text, string expected)
    {
        File.WriteAllText(_path, text);
        Assert.Contains(expected, Assert.Throws<OptionsException>(() => Load(Addresses)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_that_is_none_is_refused()
    {
        File.WriteAllText(_path, "#cloud-config\netcd:\n  listen-peer-urls: http://$private_ipv4:2380\n");
        var problem = Assert.Throws<OptionsException>(() => Load(new() { ["COREOS_PRIVATE_IPV4"] = "here" }));
        Assert.Equal("COREOS_PRIVATE_IPV4 is \"here\"; expected an IP address", problem.Message);
    }

    [Fact]
    public void It_does_not_go_with_another_file()
    {
        File.WriteAllText(_path, "#cloud-config\netcd:\n  name: x\n");
        var problem = Assert.Throws<OptionsException>(() => OptionsLoader.Load(
            ["--cloud-config", _path, "--config-file", _path], new Dictionary<string, string>()));
        Assert.Contains("--config-file and --cloud-config both name a file", problem.Message, StringComparison.Ordinal);
    }

    private NodeOptions Load(Dictionary<string, string> environment) =>
        OptionsLoader.Load(["--cloud-config", _path], environment).Options;
}
