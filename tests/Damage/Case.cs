namespace Damage;

/// <summary>The shapes of damage.</summary>
internal enum DamageKind
{
    BitFlipped,
    CutShort,
    MadeLonger,
    Sector512Zeroed,
    Sector4096Zeroed,
    SectorsSwapped,
    SectorStale,
    FileGone,
    FileRenamed,
    FileDoubled,
    FileReplaced,
}

/// <summary>One damage to one file.</summary>
/// <param name="Kind">Its shape.</param>
/// <param name="File">The file.</param>
/// <param name="At">Where the damage begins, bytes; 0 if it is about the whole file.</param>
/// <param name="Content">The file's content afterwards; null if it is something else.</param>
/// <param name="Change">What is done to the disk, if it is something else.</param>
/// <param name="What">Which one, for the report.</param>
internal sealed record Case(DamageKind Kind, string File, long At, Func<byte[]>? Content, Action<MemoryDisk>? Change, string What)
{
    /// <summary>Damages a copy of the disk.</summary>
    public void Apply(MemoryDisk disk)
    {
        if (Content is not null)
        {
            disk.Put(File, Content());
        }

        Change?.Invoke(disk);
        disk.Changes = 0;
    }
}
