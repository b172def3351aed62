using System.Buffers;
using Kv.Core.Raft;
using Kv.Node.Peers;

namespace Fuzz.Parsers;

/// <summary>Messages of other members.</summary>
internal sealed class PeerMessageTarget() : Target("peer-message")
{
    public override int QuickInputs => 10_000;

    public override IEnumerable<byte[]> Corpus() => Messages().Select(Encode);

    /// <summary>One of each kind.</summary>
    public static IEnumerable<Message> Messages()
    {
        Entry[] entries = [new(8, 2, EntryKind.Normal, new byte[] { 1, 2, 3 }), new(9, 2, EntryKind.Configuration, Array.Empty<byte>())];
        var mark = new SnapshotMark(9, 2, new Configuration([1, 2, 3], [1, 4], [5], [4], true));
        MessageBody[] bodies =
        [
            MessageBody.NewPreVoteRequest(7, 2), MessageBody.NewPreVoteResponse(true), MessageBody.NewVoteRequest(7, 2, true),
            MessageBody.NewVoteResponse(false), MessageBody.NewAppend(7, 2, entries, 6), MessageBody.NewAppendAccepted(9),
            MessageBody.NewAppendRejected(7, 5, 1), MessageBody.NewHeartbeat(6, 44), MessageBody.NewHeartbeatResponse(44),
            MessageBody.NewInstallSnapshot(mark), MessageBody.TimeoutNow,
            MessageBody.NewPropose(EntryKind.Normal, [new byte[] { 9, 8 }, Array.Empty<byte>()]),
            MessageBody.NewReadIndexRequest(45), MessageBody.NewReadIndexResponse(45, 9), MessageBody.NewTransferRequest(2),
            MessageBody.NewCommitKnown(6, 2),
        ];
        return bodies.Select(body => new Message(2, 1, 3, body));
    }

    public static byte[] Encode(Message message)
    {
        var bytes = new ArrayBufferWriter<byte>();
        MessageCodec.Encode(message, bytes);
        return bytes.WrittenSpan.ToArray();
    }

    public override Answer Run(byte[] input)
    {
        if (!MessageCodec.TryDecode(input, out var message))
        {
            OracleException.Require(message is null, "half a message came out");
            return Answer.Refused("malformed");
        }

        OracleException.Require(input.AsSpan().SequenceEqual(Encode(message)), "one message has two encodings");
        OracleException.Require(MessageSize.Estimate(message) > 0, "a message of no size");
        return Answer.Accepted($"{message.Body.Tag}");
    }
}
