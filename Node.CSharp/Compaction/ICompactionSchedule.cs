// When the leader compacts by itself, and up to where. Time and revision are handed in.
namespace Kv.Node.Compaction;

/// <summary>A mode of auto-compaction. Not safe for threads.</summary>
internal interface ICompactionSchedule
{
    /// <summary>Time between two looks.</summary>
    TimeSpan Interval { get; }

    /// <summary>Looks, after one more interval.</summary>
    /// <param name="now">The time.</param>
    /// <param name="revision">The store's revision.</param>
    /// <param name="leads">This member leads: others only keep count.</param>
    /// <returns>The revision to compact to; 0 if nothing is due.</returns>
    long Look(TimeSpan now, long revision, bool leads);

    /// <summary>The compaction of that revision is done; without this it is due again at the next look.</summary>
    void Done(TimeSpan now, long revision);
}
