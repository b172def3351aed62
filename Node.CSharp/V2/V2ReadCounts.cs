namespace Kv.Node.V2;

/// <summary>Reads of this member since its start; what changes the store is counted in the store.</summary>
internal sealed class V2ReadCounts
{
    private long _succeeded;
    private long _failed;

    public long Succeeded => Volatile.Read(ref _succeeded);

    public long Failed => Volatile.Read(ref _failed);

    public void Count(bool hasSucceeded) => _ = hasSucceeded
        ? Interlocked.Increment(ref _succeeded)
        : Interlocked.Increment(ref _failed);
}
