// The parsers of everything that arrives.
using Fuzz.Parsers;

namespace Fuzz;

/// <summary>All targets.</summary>
internal static class Targets
{
    public static IReadOnlyList<Target> All { get; } =
    [
        new CommandTarget(),
        new ConfigurationChangeTarget(),
        new PeerMessageTarget(),
        new PeerFramesTarget(),
        new PeerDocumentTarget(),
        new LogTarget(),
        new SnapshotTarget(),
        new EtcdFileTarget(),
        new TimesTarget(),
        new JsonRequestTarget(),
        new JsonFramesTarget(),
        new V2RequestTarget(),
        new V2AuthTarget(),
        new CommandLineTarget(),
        new EnvironmentTarget(),
        new FlagValueTarget(),
        new YamlTarget(),
        new CloudConfigTarget(),
        new HeaderRepairTarget(),
        new TokenTarget(),
        new KeyFileTarget(),
        new RevocationListTarget(),
        new RegistryTarget(),
        new ClientPortTarget(),
        new PeerPortTarget(),
    ];

    public static Target? Find(string name) => All.FirstOrDefault(target => target.Name == name);
}
