using Checking.Checkers;

namespace Checking;

/// <summary>What a judgement may assume and cost.</summary>
/// <param name="ClockSkew">How much faster than the holder's the servers' clocks may have been over a time to live, nanoseconds.</param>
/// <param name="StepsMax">How many revisions the search for an order may try, each again counted.</param>
public sealed record CheckOptions(long ClockSkew = 0, long StepsMax = 20_000_000);

/// <summary>All checkers over one history.</summary>
public static class HistoryCheck
{
    /// <summary>Judges a history. Nothing may be added to it meanwhile.</summary>
    public static Report Run(History history, CheckOptions? options = null)
    {
        options ??= new CheckOptions();
        var report = new Report();
        var trusted = new List<WatchRecord>();
        foreach (var watch in history.Watches)
        {
            var broken = WatchGuarantees.Check(watch).ToArray();
            report.Violations.AddRange(broken);
            if (broken.Length == 0)
            {
                trusted.Add(watch);
            }
        }

        report.Timeline = Linearizability.Check(history, trusted, options, report);
        report.Violations.AddRange(Durability.Check(history));
        report.Violations.AddRange(LeaseNeverEarly.Check(history, options.ClockSkew));
        report.Violations.AddRange(LockExclusive.Check(history, options.ClockSkew));
        report.Violations.AddRange(CompactionFinal.Check(history));
        report.Violations.AddRange(EqualState.Check(history));
        return report;
    }
}
