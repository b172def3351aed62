// Writes the responses of a watch stream: the small ones, and events cut into responses of a sane
// size. A revision is never spread over responses, unless the watcher agreed to fragments.
using Google.Protobuf;
using Grpc.Core;
using Kv.Core.Apply;
using Kv.Core.Mvcc;
using Kv.Node.Grpc.Mapping;
using Kv.Node.Protos;

namespace Kv.Node.Watch;

/// <summary>The outgoing side of a watch stream.</summary>
internal sealed class WatchWriter(
    WatchSettings settings,
    Func<long, ResponseHeader> header,
    IAsyncStreamWriter<WatchResponse> responses)
{
    public ValueTask WriteCreatedAsync(long revision, long id, CancellationToken token) =>
        WriteAsync(new WatchResponse { Header = header(revision), WatchId = id, Created = true }, token);

    public ValueTask WriteRefusedAsync(long revision, long id, string reason, CancellationToken token) =>
        WriteAsync(
            new WatchResponse
            {
                Header = header(revision),
                WatchId = id,
                Created = true,
                Canceled = true,
                CancelReason = reason,
            },
            token);

    public ValueTask WriteCanceledAsync(long revision, long id, CancellationToken token) =>
        WriteAsync(new WatchResponse { Header = header(revision), WatchId = id, Canceled = true }, token);

    /// <summary>The end of a watcher that fell behind compaction (W7); etcd leaves the header's revision
    /// out here.</summary>
    public ValueTask WriteCompactedAsync(long id, long compactRevision, CancellationToken token) =>
        WriteAsync(
            new WatchResponse
            {
                Header = header(0),
                WatchId = id,
                Canceled = true,
                CompactRevision = compactRevision,
            },
            token);

    public ValueTask WriteProgressAsync(long revision, long id, CancellationToken token) =>
        WriteAsync(new WatchResponse { Header = header(revision), WatchId = id }, token);

    /// <summary>Sends changes, several revisions to a response while it stays small.</summary>
    /// <param name="state">For the header and for previous values; at least as new as the rows.</param>
    /// <param name="watcher">Whose they are.</param>
    /// <param name="rows">Whole revisions in order.</param>
    /// <param name="token">Ends the stream.</param>
    public async ValueTask WriteEventsAsync(
        StoreState state,
        Watcher watcher,
        RowBuffer rows,
        CancellationToken token)
    {
        watcher.IsQuiet = false;
        WatchMetrics.Events.Inc(rows.Count);
        var index = 0;
        while (index < rows.Count)
        {
            var response = new WatchResponse { Header = header(state.Revision), WatchId = watcher.Id };
            index = Fill(response, state, watcher, rows, index);
            await (watcher.Has(WatcherFlags.Fragment) ? WriteInPartsAsync(response, token) : WriteAsync(response, token));
        }
    }

    private static int SizeOf(Row? row) => row is null ? 0 : RowBuffer.SizeOf(row);

    /// <summary>Adds whole revisions until the response is large enough.</summary>
    /// <returns>The index of the first row not added.</returns>
    private int Fill(WatchResponse response, StoreState state, Watcher watcher, RowBuffer rows, int index)
    {
        var size = 0;
        while (index < rows.Count)
        {
            var row = rows[index];
            if (size >= settings.ResponseBytes && row.ModRevision != rows[index - 1].ModRevision)
            {
                break;
            }

            var previous = watcher.Has(WatcherFlags.PreviousWanted) && (row.IsTombstone || row.Version > 1)
                ? state.Get(row.Key, row.ModRevision - 1)
                : null;
            response.Events.Add(WatchMapping.ToProto(row, previous));
            size += SizeOf(row) + SizeOf(previous);
            index++;
        }

        return index;
    }

    /// <summary>Splits a response that is too large; all parts but the last say that more follows (W16).</summary>
    private async ValueTask WriteInPartsAsync(WatchResponse whole, CancellationToken token)
    {
        if (whole.Events.Count < 2 || whole.CalculateSize() < settings.FragmentBytes)
        {
            await WriteAsync(whole, token);
            return;
        }

        var part = new WatchResponse { Header = whole.Header, WatchId = whole.WatchId, Fragment = true };
        var overhead = part.CalculateSize();
        var size = overhead;
        foreach (var change in whole.Events)
        {
            var bytes = change.CalculateSize();
            // One byte for the field's tag, the rest for its length.
            bytes += 1 + CodedOutputStream.ComputeLengthSize(bytes);
            if (part.Events.Count > 0 && size + bytes >= settings.FragmentBytes)
            {
                await WriteAsync(part, token);
                part = new WatchResponse { Header = whole.Header, WatchId = whole.WatchId, Fragment = true };
                size = overhead;
            }

            part.Events.Add(change);
            size += bytes;
        }

        part.Fragment = false;
        await WriteAsync(part, token);
    }

    private ValueTask WriteAsync(WatchResponse response, CancellationToken token) =>
        new(responses.WriteAsync(response, token));
}
