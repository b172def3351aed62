// Settings from etcd's YAML file (JSON is YAML too): keys are flag names, or sections of keys that stand
// for flags; URLs are comma-separated texts, durations are whole nanoseconds. Unknown keys are tolerated
// with a warning as etcd does, but not inside a section about security: a misspelt one would make a node
// less secure than its file says.
using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Kv.Node.Options;

/// <summary>A configuration file as settings.</summary>
internal static class ConfigFile
{
    /// <summary>Keys of the sections about TLS, and the flags they stand for.</summary>
    private static readonly Dictionary<string, Dictionary<string, string>> Sections = new(StringComparer.Ordinal)
    {
        ["client-transport-security"] = TlsKeys("", "client-crl-file", "client-cert-allowed-", "skip-client-san-verification"),
        ["peer-transport-security"] =
            TlsKeys("peer-", "peer-crl-file", "peer-cert-allowed-", "peer-skip-client-san-verification"),
        ["discovery-config"] = Keys(
            "discovery-", "endpoints", "token", "dial-timeout", "request-timeout", "keepalive-time", "keepalive-timeout"),
        ["discovery-config.secure"] = Keys(
            "discovery-", "cert", "key", "cacert", "insecure-transport", "insecure-skip-tls-verify"),
        ["discovery-config.auth"] = new(StringComparer.Ordinal)
        {
            ["username"] = "discovery-user",
            ["password"] = "discovery-password",
        },
    };

    /// <summary>Reads the file.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="warnings">Gets a line for each key that means nothing here.</param>
    /// <exception cref="OptionsException">Not readable, not YAML, or a value of the wrong shape.</exception>
    public static List<Setting> Read(string path, List<string> warnings) =>
        Parse(ReadText(path, "configuration file"), Path.GetFileName(path), warnings);

    /// <summary>Reads a text file.</summary>
    /// <exception cref="OptionsException">It cannot be read.</exception>
    public static string ReadText(string path, string what)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new OptionsException($"cannot read the {what}: {problem.Message}");
        }
    }

    /// <summary>Reads the text of a file.</summary>
    /// <exception cref="OptionsException">Not YAML, or a value of the wrong shape.</exception>
    public static List<Setting> Parse(string text, string fileName, List<string> warnings) =>
        ParseRoot(text, fileName) is { } root ? ReadMap(root, fileName, warnings, key => key) : [];

    /// <summary>Reads a map whose keys, put right, are flag names or sections.</summary>
    /// <exception cref="OptionsException">A value of the wrong shape.</exception>
    public static List<Setting> ReadMap(
        YamlMappingNode map, string fileName, List<string> warnings, Func<string, string> putRight)
    {
        var settings = new List<Setting>();
        foreach (var (keyNode, value) in map.Children)
        {
            var key = putRight((keyNode as YamlScalarNode)?.Value
                ?? throw new OptionsException($"{fileName}({keyNode.Start.Line}): a key is not a text"));
            if (Sections.TryGetValue(key, out var keys))
            {
                settings.AddRange(ReadSection(key, keys, value, fileName));
                continue;
            }

            var flag = FlagTable.Find(key);
            if (flag is null or { Kind: FlagKind.Control or FlagKind.Legacy })
            {
                warnings.Add($"unrecognized key \"{key}\" in {fileName} is ignored");
            }
            else if (ScalarText(flag, value, fileName) is { Length: > 0 } given)
            {
                settings.Add(new Setting(flag, given, $"{key} in {fileName}"));
            }
        }

        return settings;
    }

    /// <summary>The map a file is; null if it is empty.</summary>
    /// <exception cref="OptionsException">Not YAML, or not a map.</exception>
    public static YamlMappingNode? ParseRoot(string text, string fileName)
    {
        var stream = new YamlStream();
        try
        {
            YamlShape.Check(text, fileName);
            stream.Load(new StringReader(text));
        }
        catch (YamlException problem)
        {
            throw new OptionsException($"{fileName}({problem.Start.Line}): not YAML: {problem.Message}");
        }
        catch (Exception problem) when (problem is InvalidOperationException or ArgumentException)
        {
            // The library's own way to say it, where a text breaks off at an unlucky place.
            throw new OptionsException($"{fileName}: not YAML: {problem.Message}");
        }

        return stream.Documents.Count == 0 ? null : stream.Documents[0].RootNode switch
        {
            YamlMappingNode mapping => mapping,
            YamlScalarNode { Value: null or "" } => null,
            var other => throw new OptionsException($"{fileName}({other.Start.Line}): expected keys and values"),
        };
    }

    private static string ScalarText(OptionFlag flag, YamlNode value, string fileName)
    {
        var scalar = value as YamlScalarNode ?? throw new OptionsException(
            $"{fileName}({value.Start.Line}): {flag.Name} is one text or number, not a list or a section");
        var isPlain = scalar.Style == ScalarStyle.Plain;
        if (isPlain && scalar.Value is null or "" or "~" or "null")
        {
            return "";
        }

        var isNanoseconds = flag.Kind == FlagKind.Duration && isPlain
            && long.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
        return isNanoseconds ? scalar.Value + "ns" : scalar.Value!;
    }

    private static Dictionary<string, string> Keys(string prefix, params string[] names) =>
        names.ToDictionary(name => name, name => prefix + name, StringComparer.Ordinal);

    private static Dictionary<string, string> TlsKeys(string prefix, string crlFlag, string allowedPrefix, string skipFlag) =>
        new(StringComparer.Ordinal)
        {
            ["cert-file"] = prefix + "cert-file",
            ["key-file"] = prefix + "key-file",
            ["client-cert-file"] = prefix + "client-cert-file",
            ["client-key-file"] = prefix + "client-key-file",
            ["client-cert-auth"] = prefix + "client-cert-auth",
            ["trusted-ca-file"] = prefix + "trusted-ca-file",
            ["auto-tls"] = prefix + "auto-tls",
            ["crl-file"] = crlFlag,
            ["client-crl-file"] = crlFlag,
            ["allowed-cn"] = allowedPrefix + "cn",
            ["allowed-hostname"] = allowedPrefix + "hostname",
            ["skip-client-san-verification"] = skipFlag,
        };

    private static IEnumerable<Setting> ReadSection(
        string section, Dictionary<string, string> flags, YamlNode value, string fileName)
    {
        if (value is YamlScalarNode { Value: null or "" or "~" or "null" })
        {
            yield break;
        }

        var keys = value as YamlMappingNode
            ?? throw new OptionsException($"{fileName}({value.Start.Line}): {section} has keys and values");
        foreach (var (keyNode, given) in keys.Children)
        {
            var key = (keyNode as YamlScalarNode)?.Value ?? "";
            if (Sections.TryGetValue($"{section}.{key}", out var inner))
            {
                foreach (var setting in ReadSection($"{section}.{key}", inner, given, fileName))
                {
                    yield return setting;
                }

                continue;
            }

            if (!flags.TryGetValue(key, out var name))
            {
                throw new OptionsException(
                    $"{fileName}({keyNode.Start.Line}): {section} has no key \"{key}\"; it has {string.Join(", ", flags.Keys)}");
            }

            var flag = FlagTable.Find(name)!;
            var text = given is YamlSequenceNode list
                ? string.Join(',', list.Select(item => ScalarText(flag, item, fileName)))
                : ScalarText(flag, given, fileName);
            if (text.Length > 0)
            {
                yield return new Setting(flag, text, $"{section}.{key} in {fileName}");
            }
        }
    }
}
