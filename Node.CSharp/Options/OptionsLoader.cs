// Brings the three sources of settings together by etcd's precedence (etcd-facts §4.1): a file wins
// over everything; otherwise flags and variables complement each other, and a setting given in both
// is a mistake that ends the start.
using System.Collections;

namespace Kv.Node.Options;

/// <summary>Loads the options of a node.</summary>
internal static class OptionsLoader
{
    /// <summary>Loads from the command line and this process's environment.</summary>
    /// <exception cref="OptionsException">Something is wrong; the message is one line.</exception>
    public static LoadedOptions Load(IReadOnlyList<string> arguments)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            environment[(string)variable.Key] = (string?)variable.Value ?? "";
        }

        return Load(arguments, environment);
    }

    /// <summary>Loads from the command line and these variables.</summary>
    /// <exception cref="OptionsException">Something is wrong; the message is one line.</exception>
    public static LoadedOptions Load(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var commandLine = CommandLine.Parse(arguments);
        if (commandLine.Action != StartAction.Run)
        {
            return new LoadedOptions(commandLine.Action, new NodeOptions(), []);
        }

        var warnings = new List<string>();
        var variables = EnvironmentSettings.Read(environment, warnings);
        var settings = Merge(commandLine.Settings, variables, environment, warnings);
        var options = new NodeOptions { DataDir = "" };
        foreach (var setting in settings)
        {
            options = setting.ApplyTo(options);
        }

        warnings.AddRange(settings
            .Where(setting => setting.Flag.Kind == FlagKind.Legacy)
            .Select(setting => $"{setting.Source} has no effect any more and is ignored"));
        warnings.AddRange(settings
            .Where(setting => setting.Flag.NoEffect is not null)
            .Select(setting => $"{setting.Source} has no effect: {setting.Flag.NoEffect}"));
        warnings.AddRange(FeatureGates.Notices(options.FeatureGates));
        var given = settings.Select(setting => setting.Flag.Name).ToHashSet(StringComparer.Ordinal);
        return new LoadedOptions(StartAction.Run, OptionsValidator.Complete(options, given, warnings), warnings);
    }

    private static List<Setting> Merge(
        IReadOnlyList<Setting> flags, List<Setting> variables, IReadOnlyDictionary<string, string> environment,
        List<string> warnings)
    {
        var (file, cloud) = (FindFile(FlagTable.ConfigFile, flags, variables), FindFile(FlagTable.CloudConfig, flags, variables));
        if (file is not null && cloud is not null)
        {
            throw new OptionsException($"{file.Source} and {cloud.Source} both name a file with all settings (give one)");
        }

        if ((file ?? cloud) is { } given)
        {
            warnings.AddRange(flags.Concat(variables)
                .Where(setting => setting.Flag != given.Flag)
                .Select(setting => $"{setting.Source} is ignored because a configuration file is given"));
            return file is not null
                ? ConfigFile.Read(file.Text, warnings)
                : CloudConfig.Read(given.Text, environment, warnings);
        }

        foreach (var variable in variables)
        {
            if (flags.Any(flag => flag.Flag == variable.Flag))
            {
                throw new OptionsException(
                    $"conflicting environment variable {variable.Source} is shadowed by corresponding command-line flag "
                    + $"--{variable.Flag.Name} (either unset environment variable or disable flag)");
            }
        }

        return [.. flags, .. variables];
    }

    private static Setting? FindFile(string name, IReadOnlyList<Setting> flags, List<Setting> variables)
    {
        bool IsGiven(Setting setting) => setting.Flag.Name == name && setting.Text.Length > 0;
        var flag = flags.FirstOrDefault(IsGiven);
        var variable = variables.Find(IsGiven);
        return flag is null || variable is null || flag.Text == variable.Text
            ? flag ?? variable
            : throw new OptionsException($"{flag.Source} and {variable.Source} name different files (give one)");
    }
}
