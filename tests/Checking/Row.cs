namespace Checking;

/// <summary>One key as a client sees it.</summary>
/// <param name="Key">The key. Compared by ordinal, which is etcd's order as long as keys are ASCII.</param>
/// <param name="Value">Its value.</param>
/// <param name="CreateRevision">The revision that made the key.</param>
/// <param name="ModRevision">The revision that wrote this value.</param>
/// <param name="Version">How often it was written since it was made.</param>
/// <param name="Lease">The lease it is attached to; 0 for none.</param>
public sealed record Row(string Key, string Value, long CreateRevision, long ModRevision, long Version, long Lease = 0)
{
    /// <summary>What the event of a deletion carries: the key and the revision, nothing else.</summary>
    public static Row Deleted(string key, long revision) => new(key, "", 0, revision, 0);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Key}={Value} (create {CreateRevision}, mod {ModRevision}, version {Version}{(Lease == 0 ? "" : $", lease {Lease:x}")})";
}
