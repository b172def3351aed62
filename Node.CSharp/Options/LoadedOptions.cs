// The result of reading all settings.
namespace Kv.Node.Options;

/// <summary>What was loaded.</summary>
/// <param name="Action">What to do; for anything but <see cref="StartAction.Run"/> the options are
/// the defaults.</param>
/// <param name="Options">Complete and checked.</param>
/// <param name="Warnings">Lines for the log, once there is one.</param>
internal sealed record LoadedOptions(StartAction Action, NodeOptions Options, IReadOnlyList<string> Warnings);
