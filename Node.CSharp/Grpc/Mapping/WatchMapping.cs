// Changes as watch events.
using Kv.Core.Mvcc;
using Kv.Node.Protos;

namespace Kv.Node.Grpc.Mapping;

/// <summary>Watch messages.</summary>
internal static class WatchMapping
{
    /// <summary>The event of a change; a deletion shows key and revision only (P7).</summary>
    /// <param name="row">The change.</param>
    /// <param name="previous">The row before it, to be sent along, or null.</param>
    public static Event ToProto(Row row, Row? previous)
    {
        var change = row.IsTombstone
            ? new Event
            {
                Type = Event.Types.EventType.Delete,
                Kv = new KeyValue { Key = Bytes.Wrap(row.Key), ModRevision = row.ModRevision },
            }
            : new Event { Kv = KvMapping.ToProto(row) };
        if (previous is not null)
        {
            change.PrevKv = KvMapping.ToProto(previous);
        }

        return change;
    }
}
