// Settings from environment variables: ETCD_* as etcd reads them, and KV_* as our own spelling of
// the same. Values of unknown variables are never shown; they may be secrets meant for others.
namespace Kv.Node.Options;

/// <summary>The environment as settings.</summary>
internal static class EnvironmentSettings
{
    private static readonly string[] Prefixes = ["ETCD_", "KV_"];

    /// <summary>Reads the variables of all flags; empty ones count as unset.</summary>
    /// <param name="environment">Names and values of all variables.</param>
    /// <param name="warnings">Gets a line for each variable with our prefix and an unknown name.</param>
    /// <exception cref="OptionsException">Both spellings are set, to different values.</exception>
    public static List<Setting> Read(IReadOnlyDictionary<string, string> environment, List<string> warnings)
    {
        var settings = new List<Setting>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var flag in FlagTable.Rows)
        {
            known.UnionWith(Prefixes.Select(flag.EnvironmentName));
            if (flag.Name is not (FlagTable.Help or FlagTable.Version) && ReadOne(flag, environment) is { } setting)
            {
                settings.Add(setting);
            }
        }

        warnings.AddRange(environment.Keys
            .Where(name => Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
            .Where(name => !known.Contains(name))
            .Order(StringComparer.Ordinal)
            .Select(name => $"unrecognized environment variable {name}"));
        return settings;
    }

    private static Setting? ReadOne(OptionFlag flag, IReadOnlyDictionary<string, string> environment)
    {
        Setting? found = null;
        foreach (var name in Prefixes.Select(flag.EnvironmentName))
        {
            var value = environment.GetValueOrDefault(name, "");
            if (value.Length == 0)
            {
                continue;
            }

            if (found is not null && found.Text != value)
            {
                throw new OptionsException(
                    $"conflicting environment variables {found.Source} and {name} (unset one, or set both alike)");
            }

            found ??= new Setting(flag, value, name);
        }

        return found;
    }
}
