// Runs cases and counts what becomes of them.
using System.Globalization;
using System.Text;

namespace Damage;

/// <summary>Outcomes by file and shape of damage.</summary>
internal sealed class Table
{
    private const int ProblemsMax = 20;

    private static readonly Outcome[] Columns =
        [Outcome.Exact, Outcome.Cut, Outcome.Told, Outcome.Refused, Outcome.Earlier, Outcome.Wrong];

    private static readonly string[] Headings =
        ["file", "damage", "cases", "exact", "cut", "told", "refused", "earlier", "wrong"];

    private readonly SortedDictionary<(int Order, DamageKind Kind), long[]> _rows = [];
    private readonly List<string> _names = [];
    private readonly List<string> _problems = [];

    /// <summary>What went wrong, the first of it.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Cases with this outcome.</summary>
    public long Count(Outcome outcome) => _rows.Values.Sum(row => row[(int)outcome]);

    /// <summary>Cases with this outcome among those of one shape.</summary>
    public long Count(Outcome outcome, DamageKind kind) =>
        _rows.Where(row => row.Key.Kind == kind).Sum(row => row.Value[(int)outcome]);

    /// <summary>Cases in all.</summary>
    public long Cases => _rows.Values.Sum(row => row.Sum());

    /// <summary>Runs the cases of a subject.</summary>
    /// <param name="subject">The file.</param>
    /// <param name="share">Of flipped bits, cuts and swapped sectors, one in this many.</param>
    public void Run(Subject subject, int share)
    {
        if (!_names.Contains(subject.Name))
        {
            _names.Add(subject.Name);
        }

        var order = _names.IndexOf(subject.Name);
        var count = 0;
        var cases = subject.Cases()
            .Where(damage => damage.Kind is not (DamageKind.BitFlipped or DamageKind.CutShort or DamageKind.SectorsSwapped)
                || count++ % share == 0);
        Parallel.ForEach(cases, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, damage =>
        {
            var verdict = subject.Judge(damage);
            lock (_rows)
            {
                if (!_rows.TryGetValue((order, damage.Kind), out var row))
                {
                    _rows.Add((order, damage.Kind), row = new long[Enum.GetValues<Outcome>().Length]);
                }

                row[(int)verdict.Outcome]++;
                if (verdict.Outcome == Outcome.Wrong && _problems.Count < ProblemsMax)
                {
                    _problems.Add($"{subject.Name}: {damage.Kind} {damage.File} at {damage.At} {damage.What}: {verdict.Problem}");
                }
            }
        });
    }

    public override string ToString()
    {
        List<string[]> lines = [Headings];
        foreach (var ((order, kind), row) in _rows)
        {
            lines.Add([_names[order], Words(kind), Text(row.Sum()), .. Columns.Select(column => Text(row[(int)column]))]);
        }

        lines.Add(["all", "", Text(Cases), .. Columns.Select(column => Text(Count(column)))]);
        var widths = Enumerable.Range(0, Headings.Length).Select(i => lines.Max(line => line[i].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            text.AppendJoin("  ", line.Select((cell, i) => i < 2 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))).AppendLine();
        }

        return text.ToString();
    }

    private static string Text(long count) => count.ToString(CultureInfo.InvariantCulture);

    private static string Words(DamageKind kind) =>
        string.Concat(kind.ToString().Select((letter, i) => i > 0 && char.IsUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : $"{letter}"))
            .ToLowerInvariant();
}
