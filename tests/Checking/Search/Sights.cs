namespace Checking.Search;

/// <summary>When each revision was first seen by anybody: by then it was made.</summary>
internal sealed class Sights
{
    private readonly List<(long Revision, long Time)> _newest = [];

    public Sights(History history, IReadOnlyCollection<WatchRecord> trusted)
    {
        var answers = history.Operations.Where(operation => operation.Outcome == Outcome.Ok)
            .Select(operation => (operation.Reply!.Revision, Time: operation.ReturnTime));
        var responses = trusted.SelectMany(watch => watch.Responses)
            .Where(response => !response.Canceled).Select(response => (response.Revision, response.Time));
        foreach (var sight in answers.Concat(responses).OrderBy(sight => sight.Time))
        {
            if (_newest.Count == 0 || sight.Revision > _newest[^1].Revision)
            {
                _newest.Add(sight);
            }
        }
    }

    /// <summary>When the revision, or a later one, was first seen.</summary>
    public long First(long revision)
    {
        var index = _newest.FindIndex(sight => sight.Revision >= revision);
        return index < 0 ? long.MaxValue : _newest[index].Time;
    }

    /// <summary>The first revision that was not seen before a time.</summary>
    public long FirstNotSeenBefore(long time)
    {
        var index = _newest.FindLastIndex(sight => sight.Time < time);
        return index < 0 ? 0 : _newest[index].Revision + 1;
    }
}
