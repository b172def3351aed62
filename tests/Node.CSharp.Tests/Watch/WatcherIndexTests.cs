using System.Text;
using Kv.Node.Watch;
using Xunit;

namespace Kv.Node.Tests.Watch;

/// <summary>The index against a list that is searched.</summary>
public sealed class WatcherIndexTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_finds_what_a_search_finds(int seed)
    {
        var random = new Random(seed);
        var index = new WatcherIndex();
        var model = new List<Watcher>();
        var found = new List<Watcher>();
        for (var step = 0; step < 3000; step++)
        {
            if (model.Count == 0 || random.Next(5) > 1)
            {
                var watcher = NewWatcher(random, step);
                model.Add(watcher);
                index.Add(watcher);
            }
            else
            {
                var victim = random.Next(model.Count);
                index.Remove(model[victim]);
                model.RemoveAt(victim);
            }

            var key = Key(random);
            found.Clear();
            index.Find(key, found);
            Assert.Equal(Expected(model, key), found.Select(watcher => watcher.Id).Order());
            Assert.Equal(model.Count, index.Count);
        }

        found.Clear();
        index.AddAllTo(found);
        Assert.Equal(model.Select(watcher => watcher.Id).Order(), found.Select(watcher => watcher.Id).Order());
    }

    private static IEnumerable<long> Expected(List<Watcher> model, byte[] key) =>
        model.Where(watcher => Contains(watcher.Range, key)).Select(watcher => watcher.Id).Order();

    private static bool Contains(WatchRange range, byte[] key)
    {
        var order = key.AsSpan().SequenceCompareTo(range.Start.Span);
        return range.IsSingle
            ? order == 0
            : order >= 0 && (range.IsOpen || key.AsSpan().SequenceCompareTo(range.End.Span) < 0);
    }

    private static Watcher NewWatcher(Random random, long id)
    {
        WatchRange range;
        do
        {
            var end = random.Next(3) switch { 0 => [], 1 => new byte[] { 0 }, _ => Key(random) };
            range = WatchRange.Of(Key(random), end);
        }
        while (range.IsEmpty);
        return new Watcher(null!, id, range, WatcherFlags.None, 1);
    }

    private static byte[] Key(Random random) => Encoding.ASCII.GetBytes($"{random.Next(40)}");
}
