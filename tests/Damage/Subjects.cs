namespace Damage;

/// <summary>All kinds of files.</summary>
internal static class Subjects
{
    private const int TimesPoints = 40;

    /// <param name="rounds">Batches in the log.</param>
    public static IEnumerable<Subject> All(int rounds)
    {
        var member = SampleMember.Make(rounds);
        return
        [
            .. Directories.Subjects(member),
            new ReceivedSubject(member.Oldest),
            EtcdFileSubject.Restored(member.Oldest),
            EtcdFileSubject.Summed(member.Oldest),
            new TimesSubject(TimesPoints),
        ];
    }
}
