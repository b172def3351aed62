// Settings of etcd that have nothing to set here. They are taken, so that unit files and manifests go on
// working, and each that is given is answered with one line that says why it does nothing.
using static Kv.Node.Options.FlagGroup;

namespace Kv.Node.Options;

internal static partial class FlagTable
{
    private const string NoDatabaseFile = "there is no database file";

    private const string NoProxy = "there is no proxy mode";

    private static IEnumerable<OptionFlag> NoEffectRows() =>
    [
        Nothing("initial-election-tick-advance", "the first election never waits longer than --election-timeout", isBoolean: true),
        Nothing("max-snapshots", "two snapshots are kept"),
        Nothing("max-wals", "the log is kept as far back as the older snapshot needs it"),
        Nothing("memory-mlock", "memory is not locked", isBoolean: true),
        Nothing("experimental-memory-mlock", "memory is not locked", isBoolean: true),
        Nothing("backend-bbolt-freelist-type", NoDatabaseFile),
        Nothing("backend-batch-interval", NoDatabaseFile),
        Nothing("backend-batch-limit", NoDatabaseFile),
        Nothing("bootstrap-defrag-threshold-megabytes", NoDatabaseFile),
        Nothing("experimental-bootstrap-defrag-threshold-megabytes", NoDatabaseFile),
        Nothing("compaction-sleep-interval", "writes go between the slices of a compaction without a pause"),
        Nothing("experimental-compaction-sleep-interval", "writes go between the slices of a compaction without a pause"),
        Nothing("v2-deprecation", "--enable-v2 decides about the v2 API"),
        Nothing("experimental-enable-v2v3", "the v2 API has a key space of its own"),
        Nothing("experimental-enable-lease-checkpoint", "the remaining time of leases is always replicated", isBoolean: true),
        Nothing("experimental-enable-lease-checkpoint-persist", "the remaining time of leases is always stored", isBoolean: true),
        Nothing("experimental-txn-mode-write-with-shared-buffer", "reads never wait for writes", isBoolean: true),
        Nothing("experimental-stop-grpc-service-on-defrag", "defragmenting does nothing", isBoolean: true),
        Nothing("downgrade-check-time", "members have nothing to do for a downgrade"),
        Nothing("experimental-downgrade-check-time", "members have nothing to do for a downgrade"),
        Nothing("enable-log-rotation", "rotate files of --log-outputs with logrotate", isBoolean: true),
        Nothing("log-rotation-config-json", "rotate files of --log-outputs with logrotate"),
        Nothing("log-package-levels", "--log-level is for all of the log"),
        Nothing("debug", "use --log-level debug", isBoolean: true),
        Nothing("proxy", NoProxy),
        Nothing("proxy-failure-wait", NoProxy),
        Nothing("proxy-refresh-interval", NoProxy),
        Nothing("proxy-dial-timeout", NoProxy),
        Nothing("proxy-write-timeout", NoProxy),
        Nothing("proxy-read-timeout", NoProxy),
    ];

    private static OptionFlag Nothing(string name, string reason, bool isBoolean = false) =>
        new(name, Other, isBoolean ? FlagKind.Boolean : FlagKind.Value, "", "", (o, _) => o, _ => "") { NoEffect = reason };
}
