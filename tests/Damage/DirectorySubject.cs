// One file of a member's data directory: the node is started on the directory with that file damaged.
using System.Globalization;
using System.Text.RegularExpressions;
using Kv.Core.Apply;
using Kv.Node.Hosting;
using Kv.Node.Ports;
using Kv.Node.Wal;

namespace Damage;

/// <summary>A file of a data directory.</summary>
internal sealed partial class DirectorySubject : Subject
{
    private readonly MemoryDisk _disk;
    private readonly string _file;
    private readonly IEnumerable<Case> _cases;
    private readonly LogPicture _log;
    private readonly ulong _newestSnapshot;
    private readonly bool _isNewestSegment;

    /// <summary>What the log holds after each record of the newest segment, newest first.</summary>
    private readonly List<(int End, Fingerprint Content)> _points = [];

    /// <param name="name">What kind of file it is.</param>
    /// <param name="disk">The undamaged directory.</param>
    /// <param name="oldest">A state that all entries kept lead on from.</param>
    /// <param name="newestSnapshot">Index of the newest snapshot.</param>
    /// <param name="file">The file.</param>
    /// <param name="cases">Its damage.</param>
    public DirectorySubject(
        string name, MemoryDisk disk, StoreState oldest, ulong newestSnapshot, string file, IEnumerable<Case> cases)
        : base(name)
    {
        (_disk, _file, _cases, _newestSnapshot) = (disk, file, cases, newestSnapshot);
        _log = new LogPicture(disk);
        _isNewestSegment = file == _log.Segments[^1];
        for (var count = _log.Records.Count; count > _log.Records.Count - _log.Newest.Count; count--)
        {
            var content = _log.ContentAfter(count, oldest.AppliedIndex);
            _points.Add((
                _log.Records[count - 1].End,
                Fingerprint.Of(content.HardState, oldest, [.. content.Entries], newestSnapshot)));
        }
    }

    private Fingerprint Whole => _points[0].Content;

    public override IEnumerable<Case> Cases() => _cases;

    public override Verdict Judge(Case damage)
    {
        var disk = _disk.Copy();
        damage.Apply(disk);
        var damaged = disk.Exists(_file) ? disk[_file].Content() : [];
        var logger = new CapturingLogger();
        try
        {
            var found = Start(disk, logger);
            var verdict = Compare(found, damaged);
            return verdict.Outcome == Outcome.Wrong || logger.Messages.Count == 0 ? verdict : StartAgain(disk, found, verdict);
        }
        catch (Exception refusal) when (refusal is StorageException or DataDirectoryException)
        {
            return JudgeRefusal(damage, refusal, disk, damaged.AsSpan().CommonPrefixLength(_disk[_file].Content()));
        }
#pragma warning disable CA1031 // Whatever comes out is judged.
        catch (Exception other)
#pragma warning restore CA1031
        {
            return Verdict.Wrong(other.ToString());
        }
    }

    private Fingerprint Start(MemoryDisk disk, CapturingLogger logger)
    {
        using var storage = SampleMember.Open(disk, logger);
        return Fingerprint.Of(storage, _newestSnapshot);
    }

    private Verdict Compare(Fingerprint found, byte[] damaged)
    {
        if (found == Whole)
        {
            return new Verdict(Outcome.Exact);
        }

        var end = _isNewestSegment ? _points.Find(point => point.Content == found).End : 0;
        if (end == 0)
        {
            return Verdict.Wrong($"recovered {found}, which the log never was; it is {Whole}");
        }

        var undamaged = _disk[_file].Content();
        return end >= _log.ConfirmedIn(undamaged, undamaged) ? new Verdict(Outcome.Cut)
            : end >= _log.ConfirmedIn(damaged, undamaged) ? new Verdict(Outcome.Earlier)
            : Verdict.Wrong($"recovered up to offset {end}, and a confirmation says that more was durable");
    }

    /// <summary>What a start made of a damaged directory is a sound one, and the same.</summary>
    private Verdict StartAgain(MemoryDisk disk, Fingerprint first, Verdict verdict)
    {
        var logger = new CapturingLogger();
        var second = Start(disk, logger);
        return second == first && logger.Messages.Count == 0
            ? verdict
            : Verdict.Wrong($"the start after that: {second} instead of {first}; {string.Join("; ", logger.Messages)}");
    }

    private Verdict JudgeRefusal(Case damage, Exception refusal, MemoryDisk disk, long first)
    {
        var isOneFile = damage.Content is not null && damage.Kind != DamageKind.FileReplaced;
        var offset = Offset().Match(refusal.Message);
        var where = !refusal.Message.Contains(isOneFile ? _file : SampleMember.DataDirectory, StringComparison.Ordinal) ? "names no file"
            : !Remedy().IsMatch(refusal.Message) ? "does not say what to do"
            : isOneFile && (!offset.Success || long.Parse(offset.Groups[1].Value, CultureInfo.InvariantCulture) > first)
                ? $"should name an offset up to {first}"
            : refusal is CorruptLogException && disk.Changes > 0 ? "and yet it changed the directory"
            : "";
        return where.Length == 0 ? new Verdict(Outcome.Refused) : Verdict.Wrong($"a refusal that {where}: {refusal.Message}");
    }

    [GeneratedRegex(@"at offset (\d+): ")]
    private static partial Regex Offset();

    [GeneratedRegex("restore the data directory from a copy|remove the data directory")]
    private static partial Regex Remedy();
}
