// The file of revisions and times: what it says may become less, and never wrong.
using Kv.Node.History;
using Kv.Node.Ports;

namespace Damage;

/// <summary>The file that remembers which revision was the newest when.</summary>
internal sealed class TimesSubject : Subject
{
    private const string FilePath = "/data/kv/member/times";

    private const long Start = 1_700_000_000_000;

    private const long StepMs = 500;

    private const int GapSteps = (int)(RevisionTimes.GapMax / StepMs);

    private readonly MemoryDisk _disk = new();
    private readonly long?[] _said;
    private readonly long _end;

    public TimesSubject(int points)
        : base("revisions and times")
    {
        var random = new Random(5);
        var (time, revision) = (Start, 1L);
        using (var file = RevisionTimesFile.Open(_disk, FilePath))
        {
            for (var i = 0; i < points; i++)
            {
                time += random.Next(5) == 0 ? 30_000 : 1_000;
                revision += random.Next(3);
                file.Append([new RevisionPoint(time, revision)]);
            }
        }

        _end = time + 5_000;
        _said = Answers(_disk, out _);
    }

    public override IEnumerable<Case> Cases() => Shapes.Of(FilePath, _disk[FilePath].Content(), []);

    public override Verdict Judge(Case damage)
    {
        var disk = _disk.Copy();
        damage.Apply(disk);
        try
        {
            var answers = Answers(disk, out var told);
            for (var i = 0; i < answers.Length; i++)
            {
                if (answers[i] is not null && !WasSaid(answers[i], i))
                {
                    return Verdict.Wrong($"second {i}: revision {answers[i]} instead of {_said[i]}");
                }
            }

            var again = Answers(disk, out var toldAgain);
            return toldAgain is not null || !again.SequenceEqual(answers) ? Verdict.Wrong($"the next time: {toldAgain}")
                : answers.SequenceEqual(_said) ? new Verdict(Outcome.Exact)
                : told is null ? new Verdict(Outcome.Earlier)
                : told.Contains(FilePath, StringComparison.Ordinal) ? new Verdict(Outcome.Told)
                : Verdict.Wrong(told);
        }
#pragma warning disable CA1031 // Whatever comes out is judged.
        catch (Exception other)
#pragma warning restore CA1031
        {
            return Verdict.Wrong(other.ToString());
        }
    }

    /// <summary>Looks that are this close are as good as one (<see cref="RevisionTimes.GapMax"/>).</summary>
    private bool WasSaid(long? answer, int at) =>
        _said.AsSpan(Math.Max(0, at - GapSteps), Math.Min(at, GapSteps) + 1).Contains(answer);

    /// <summary>What is known of every half second.</summary>
    private long?[] Answers(IDisk disk, out string? told)
    {
        using var file = RevisionTimesFile.Open(disk, FilePath);
        told = file.Damage;
        var times = new RevisionTimes(file.Points);
        return [.. Enumerable.Range(0, (int)((_end - Start) / StepMs)).Select(i => times.At(Start + (i * StepMs)))];
    }
}
