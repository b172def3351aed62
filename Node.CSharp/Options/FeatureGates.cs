// etcd's feature gates (etcd-facts §4.6), and what of them is so here whatever is asked for.
namespace Kv.Node.Options;

/// <summary>Names of features, and whether they are on.</summary>
internal static class FeatureGates
{
    private const string InitialCorruptCheck = "InitialCorruptCheck";

    private const string CompactHashCheck = "CompactHashCheck";

    /// <summary>Each gate with its stage in etcd, what it is here, and why it cannot be otherwise; no reason: it
    /// can.</summary>
    private static readonly (string Name, string Stage, bool IsOn, string Reason)[] Gates =
    [
        ("StopGRPCServiceOnDefrag", "ALPHA", false, "defragmenting does nothing, and nothing has to stop for it"),
        (InitialCorruptCheck, "ALPHA", false, ""),
        (CompactHashCheck, "ALPHA", false, ""),
        ("TxnModeWriteWithSharedBuffer", "BETA", true, "reads never wait for writes"),
        ("LeaseCheckpoint", "ALPHA", true, "the remaining time of leases is always replicated"),
        ("LeaseCheckpointPersist", "ALPHA", true, "the remaining time of leases is always stored"),
        ("SetMemberLocalAddr", "ALPHA", false, "the system chooses the address of connections to other members"),
        ("FastLeaseKeepAlive", "BETA", true, "a renewal never waits for the log"),
        ("PriorityRequest", "ALPHA", false, "all requests have one threshold"),
    ];

    /// <summary>Every gate and whether it is on, for the metric.</summary>
    public static IEnumerable<(string Name, string Stage, bool IsOn)> Of(NodeOptions options) =>
        Gates.Select(gate => (gate.Name, gate.Stage, gate.Name switch
        {
            InitialCorruptCheck => options.InitialCorruptCheck,
            CompactHashCheck => options.CompactHashCheck,
            _ => gate.IsOn,
        }));

    /// <summary>Turns features on and off, as <c>NAME=true,NAME=false</c> says.</summary>
    /// <exception cref="FormatException">It is not of that form, or names no gate.</exception>
    public static NodeOptions Apply(NodeOptions options, string text)
    {
        var pairs = FlagValue.List(text);
        options = options with { FeatureGates = pairs };
        foreach (var (gate, isWanted) in pairs.Select(Read))
        {
            options = gate.Name switch
            {
                InitialCorruptCheck => options with { InitialCorruptCheck = isWanted },
                CompactHashCheck => options with { CompactHashCheck = isWanted },
                _ => options,
            };
        }

        return options;
    }

    /// <summary>A line for each gate that is asked to be what it is not.</summary>
    public static IEnumerable<string> Notices(IEnumerable<string> pairs) => pairs.Select(Read)
        .Where(asked => asked.Gate.IsOn != asked.IsWanted && asked.Gate.Reason.Length > 0)
        .Select(asked => $"--feature-gates {asked.Gate.Name}={(asked.IsWanted ? "true" : "false")} has no effect: {asked.Gate.Reason}");

    private static ((string Name, string Stage, bool IsOn, string Reason) Gate, bool IsWanted) Read(string pair)
    {
        var parts = pair.Split('=', 2);
        var gate = Array.Find(Gates, gate => gate.Name == parts[0]);
        return parts.Length == 2 && gate.Name is not null
            ? (gate, FlagValue.Boolean(parts[1]))
            : throw new FormatException(
                $"expected NAME=true or NAME=false with a name of {string.Join(", ", Gates.Select(known => known.Name))}");
    }
}
