// How much memory a waiting message holds on to, without encoding it.
using Kv.Core.Raft;

namespace Kv.Node.Peers;

/// <summary>Estimates of message sizes.</summary>
internal static class MessageSize
{
    // Header fields of a message or an entry, rounded up.
    private const int OverheadBytes = 64;

    /// <summary>Bytes of payload plus a fixed cost a message and an entry.</summary>
    public static long Estimate(Message message)
    {
        long bytes = OverheadBytes;
        switch (message.Body)
        {
            case MessageBody.Append append:
                foreach (var entry in append.Entries)
                {
                    bytes += OverheadBytes + entry.Data.Length;
                }

                break;
            case MessageBody.Propose propose:
                foreach (var payload in propose.Payloads)
                {
                    bytes += OverheadBytes + payload.Length;
                }

                break;
        }

        return bytes;
    }
}
