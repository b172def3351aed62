// What happens all the time is told in sums: commits, and what is refused or dropped in numbers.
using System.Globalization;

namespace Kv.Node.Replay;

/// <summary>Lines that are held back to be told together.</summary>
internal sealed class Sums
{
    /// <summary>Time after which commits are told though they go on.</summary>
    private static readonly TimeSpan CommitSpan = TimeSpan.FromSeconds(10);

    /// <summary>The same of everything else.</summary>
    private static readonly TimeSpan OtherSpan = TimeSpan.FromMinutes(1);

    private readonly List<Sum> _sums = [];

    /// <summary>Takes in that this happened so many times more.</summary>
    public void Add(Told line, int count)
    {
        var sum = _sums.Find(sum => sum.First.Kind == line.Kind && sum.First.Text == line.Text);
        if (sum is null)
        {
            _sums.Add(sum = new Sum(line));
        }

        sum.Count += count;
        sum.Last = line.Time;
    }

    /// <summary>Takes in that the commit index moved.</summary>
    public void Commit(Told line, ulong from, ulong to)
    {
        var sum = _sums.Find(sum => sum.IsCommit);
        if (sum is null)
        {
            _sums.Add(sum = new Sum(line) { IsCommit = true, From = from });
        }

        (sum.To, sum.Last) = (to, line.Time);
    }

    /// <summary>What is due to be told at this time; all of it for null.</summary>
    public IEnumerable<Told> Take(DateTimeOffset? now)
    {
        for (var i = 0; i < _sums.Count;)
        {
            var sum = _sums[i];
            if (now - sum.First.Time < (sum.IsCommit ? CommitSpan : OtherSpan))
            {
                i++;
                continue;
            }

            _sums.RemoveAt(i);
            yield return sum.First with { Text = sum.Text };
        }
    }

    private sealed class Sum(Told first)
    {
        public Told First { get; } = first;

        public DateTimeOffset Last { get; set; } = first.Time;

        public bool IsCommit { get; init; }

        public int Count { get; set; }

        public ulong From { get; init; }

        public ulong To { get; set; }

        public string Text => IsCommit
            ? string.Create(CultureInfo.InvariantCulture, $"commits {From} → {To}{Within}")
            : Count == 1 ? First.Text : string.Create(CultureInfo.InvariantCulture, $"{First.Text} ({Count} times{Within})");

        private string Within => Last == First.Time ? "" : $" in {StoryTeller.Show(Last - First.Time)}";
    }
}
