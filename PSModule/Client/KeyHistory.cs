// What happened to one key, as far as the store remembers. A watch tells it, but a watch has no end: the end
// is the last write of the key, or, for a key that is gone, the change that made the newest revision,
// which a watch over the keys from here to there brings after all of this key's.

using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Client;

internal sealed class KeyHistory(KvClient client, byte[] key, KvCall call)
{
    private const int AttemptsMax = 5;

    /// <summary>The changes, oldest first. The first may be what a compaction left of the ones before.</summary>
    public async Task<List<WatchEvent>> ReadAsync()
    {
        // A compaction meanwhile takes away what was about to be read; what it left is read then.
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await ReadOnceAsync().ConfigureAwait(false);
            }
            catch (KvRevisionException) when (attempt < AttemptsMax)
            {
                call.Verbose("The history was compacted while it was read; reading it again.");
            }
        }
    }

    private async Task<List<WatchEvent>> ReadOnceAsync()
    {
        var now = await client.RangeAsync(new RangeRequest { Key = key }, call).ConfigureAwait(false);
        var revision = now.Header?.Revision ?? 0;
        if (revision <= 1)
        {
            return [];
        }

        return now.Kvs.Length > 0
            ? await SinceAsync(0, KeyRange.Single(key), now.Kvs[0].ModRevision).ConfigureAwait(false)
            : await OfGoneKeyAsync(revision).ConfigureAwait(false);
    }

    private async Task<List<WatchEvent>> OfGoneKeyAsync(long revision)
    {
        var all = KeyRange.Prefix(string.Empty);
        var compacted = await CompactedAsync(all).ConfigureAwait(false);
        if (revision <= compacted)
        {
            return [];
        }

        var other = (await WatchAsync(all, revision, 0).ConfigureAwait(false))[0].Kv.Key;
        var range = ByteOrder.Compare(key, other) <= 0
            ? KeyRange.Between(key, [.. other, 0])
            : KeyRange.Between(other, [.. key, 0]);
        return await SinceAsync(compacted, range, revision).ConfigureAwait(false);
    }

    /// <summary>What a compaction left of the key, if there was one, and what came after it.</summary>
    private async Task<List<WatchEvent>> SinceAsync(long compacted, KeyRange range, long end)
    {
        List<WatchEvent> left = compacted > 0 ? await LeftAsync(compacted).ConfigureAwait(false) : [];
        if (end <= compacted)
        {
            return left;
        }

        try
        {
            var events = await WatchAsync(range, compacted + 1, end).ConfigureAwait(false);
            return [.. left, .. events.Where(e => ByteOrder.Compare(e.Kv.Key, key) == 0 && e.Kv.ModRevision <= end)];
        }
        catch (KvRevisionException refusal) when (refusal.CompactRevision > compacted)
        {
            return await SinceAsync(refusal.CompactRevision, range, end).ConfigureAwait(false);
        }
    }

    /// <summary>The revision up to which the history is compacted; 0 if it never was.</summary>
    private async Task<long> CompactedAsync(KeyRange range)
    {
        try
        {
            await WatchAsync(range, 1, 0).ConfigureAwait(false);
            return 0;
        }
        catch (KvRevisionException compacted) when (compacted.CompactRevision > 0)
        {
            return compacted.CompactRevision;
        }
    }

    private async Task<List<WatchEvent>> LeftAsync(long compacted)
    {
        var then = await client.RangeAsync(new RangeRequest { Key = key, Revision = compacted }, call).ConfigureAwait(false);
        return [.. then.Kvs.Select(static row => new WatchEvent { Kv = row })];
    }

    /// <summary>The events of an interval from one revision to another, and perhaps some later ones.</summary>
    private async Task<List<WatchEvent>> WatchAsync(KeyRange range, long from, long to)
    {
        var request = new WatchCreateRequest { Key = range.Start, RangeEnd = range.End, StartRevision = from };
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(call.Stop);
        var sink = new Sink(call, to, ended);
        ended.CancelAfter(call.Timeout);
        try
        {
            await new WatchSource(client, request, call.Timeout).RunAsync(sink, ended.Token).ConfigureAwait(false);
        }
        catch (System.OperationCanceledException) when (sink.IsComplete)
        {
            return sink.Events;
        }
        catch (System.OperationCanceledException) when (!call.Stop.IsCancellationRequested)
        {
            throw new KvTimeoutException(System.FormattableString.Invariant(
                $"The history did not come within {call.Timeout.TotalSeconds:0.#} s"));
        }

        return sink.Events;
    }

    private sealed class Sink(KvCall call, long to, CancellationTokenSource ended) : IWatchSink
    {
        public List<WatchEvent> Events { get; } = [];

        public bool IsComplete { get; private set; }

        public void Change(WatchEvent change)
        {
            Events.Add(change);
            IsComplete |= change.Kv.ModRevision >= to;
            if (IsComplete)
            {
                ended.Cancel();
            }
            else
            {
                // As long as something comes, the time of one request begins anew.
                ended.CancelAfter(call.Timeout);
            }
        }

        public void Verbose(string text) => call.Verbose(text);

        public void Warn(string text) => call.Warn(text);
    }
}
