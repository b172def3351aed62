// Settings from an #cloud-config user-data file as CoreOS had it: the map etcd (or etcd2), at the top or
// below coreos, has flag names as keys. The addresses of the machine stand in it as $private_ipv4 and
// $public_ipv4, because one file is given to many machines.
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using YamlDotNet.RepresentationModel;

namespace Kv.Node.Options;

/// <summary>A user-data file as settings.</summary>
internal static class CloudConfig
{
    private const string Header = "#cloud-config";

    private const string EnvironmentFile = "/etc/environment";

    private static readonly string[] MapNames = ["etcd", "etcd2"];

    /// <summary>Reads the file.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="environment">May name the addresses: COREOS_PRIVATE_IPV4, COREOS_PUBLIC_IPV4.</param>
    /// <param name="warnings">Gets a line for each key that means nothing here.</param>
    /// <exception cref="OptionsException">It is no such file, or an address in it is not known.</exception>
    public static List<Setting> Read(string path, IReadOnlyDictionary<string, string> environment, List<string> warnings) =>
        Parse(ConfigFile.ReadText(path, "user-data file"), Path.GetFileName(path), environment, warnings);

    /// <summary>Reads the text of a file.</summary>
    /// <exception cref="OptionsException">It is no such file, or an address in it is not known.</exception>
    public static List<Setting> Parse(
        string text, string name, IReadOnlyDictionary<string, string> environment, List<string> warnings)
    {
        if (!text.StartsWith(Header, StringComparison.Ordinal))
        {
            throw new OptionsException($"{name} is no user-data for a machine: its first line is not {Header}");
        }

        text = Substitute(text, "private", name, environment);
        text = Substitute(text, "public", name, environment);
        var root = ConfigFile.ParseRoot(text, name);
        var map = FindMap(root) ?? FindMap(Child(root, "coreos"))
            ?? throw new OptionsException($"{name} has no map etcd or etcd2, at its top or below coreos");
        return ConfigFile.ReadMap(map, name, warnings, key => key.Replace('_', '-'));
    }

    private static YamlMappingNode? FindMap(YamlMappingNode? parent) =>
        MapNames.Select(name => Child(parent, name)).FirstOrDefault(map => map is not null);

    private static YamlMappingNode? Child(YamlMappingNode? parent, string name) =>
        parent is not null && parent.Children.TryGetValue(new YamlScalarNode(name), out var child) ? child as YamlMappingNode : null;

    private static string Substitute(string text, string kind, string file, IReadOnlyDictionary<string, string> environment)
    {
        var variable = $"${kind}_ipv4";
        if (!text.Contains(variable, StringComparison.Ordinal))
        {
            return text;
        }

        var name = $"COREOS_{kind.ToUpperInvariant()}_IPV4";
        var address = environment.GetValueOrDefault(name) is { Length: > 0 } given ? given
            : FromEnvironmentFile(name) ?? FromInterfaces(kind == "private")
            ?? throw new OptionsException(
                $"{file} has {variable}, and this machine has no such address; set {name} in the environment or in {EnvironmentFile}");
        return IPAddress.TryParse(address, out _)
            ? text.Replace(variable, address, StringComparison.Ordinal)
            : throw new OptionsException($"{name} is \"{address}\"; expected an IP address");
    }

    private static string? FromEnvironmentFile(string name)
    {
        try
        {
            return File.ReadLines(EnvironmentFile)
                .Select(line => line.Trim().Split('=', 2))
                .Where(pair => pair.Length == 2 && pair[0] == name)
                .Select(pair => pair[1].Trim('"', '\''))
                .LastOrDefault(value => value.Length > 0);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The first address of that kind. A machine in one network only is reached at its one address
    /// from everywhere.</summary>
    private static string? FromInterfaces(bool isPrivate)
    {
        var own = NetworkInterface.GetAllNetworkInterfaces()
            .Where(card => card.OperationalStatus != OperationalStatus.Down && card.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Select(address => address.Address)
            .Where(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address))
            .ToArray();
        return (own.FirstOrDefault(address => IsPrivate(address) == isPrivate) ?? own.FirstOrDefault())?.ToString();
    }

    /// <summary>RFC 1918, and the addresses a machine gives itself (RFC 3927).</summary>
    private static bool IsPrivate(IPAddress address) => address.GetAddressBytes() switch
    {
        [10, ..] or [192, 168, ..] or [172, >= 16 and < 32, ..] or [169, 254, ..] => true,
        _ => false,
    };
}
