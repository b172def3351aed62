using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Kv.Core.Apply;
using Kv.Node.Engine;
using Kv.Node.Grpc;
using Kv.Node.Peers;

namespace Fuzz.Parsers;

/// <summary>What members tell each other as JSON. The first byte says which document.</summary>
internal sealed class PeerDocumentTarget() : Target("peer-document")
{
    private static readonly Member Sample = new(9, "n9", ["http://127.0.0.1:9", "http://[::1]:9"], ["http://127.0.0.1:8"], true);

    private static readonly (byte[] Valid, Func<byte[], string> Use)[] Documents =
    [
        Document(PeerJson.Default.MembershipCall, MembershipCall.Of(MembershipRequest.Add(["http://127.0.0.1:9"], true)),
            call => call.ToRequest() is { PeerUrls: var urls } request ? $"{request.Action} {string.Join(',', urls.Select(url => url.Length))}" : ""),
        Document(PeerJson.Default.LeaseRenewalCall, new LeaseRenewalCall([1, -2]), call => $"{call.Ids.Length}"),
        Document(PeerJson.Default.LeaseCall, new LeaseCall(7), call => $"{call.Id == 0}"),
        Document(PeerJson.Default.HashQuestion, new HashQuestion(5), question => $"{question.Revision > 0}"),
        Document(PeerJson.Default.MemberDocumentArray, [MemberDocument.Of(Sample)],
            documents => string.Join(',', documents.Select(document => Show(document.ToMember())))),
        Document(PeerJson.Default.MembershipAnswer, MembershipAnswer.Of(new MembershipResult([Sample], 9)), Show),
        Document(PeerJson.Default.LeaseRenewal, new LeaseRenewal([5, -1]), renewal => $"{renewal.Ttls.Length}"),
        Document(PeerJson.Default.LeaseTime, new LeaseTime(5, 4), time => $"{time}"),
        Document(PeerJson.Default.HashDocument, new HashDocument(1, 2, 3), document => $"{document.ToHash()}"),
    ];

    public override int QuickInputs => 3_000;

    public override IEnumerable<string> Words =>
    [
        "null", "[null]", "[]", "{}", "-1", "1.5", "\"\"", "true", "18446744073709551616", "\"id\"", "\"action\"", "\"peerURLs\"",
        "\"isLearner\"", "\"ids\"", "\"members\"", "\"ttls\"", "\"code\"", "\"\\ud800\"",
    ];

    public override IEnumerable<byte[]> Corpus() => Documents.Select((document, i) => (byte[])[(byte)i, .. document.Valid]);

    public override Answer Run(byte[] input)
    {
        var document = Documents[input.Length == 0 ? 0 : input[0] % Documents.Length];
        try
        {
            return Answer.Accepted(document.Use(input.Length == 0 ? [] : input[1..]));
        }
        catch (JsonException refusal)
        {
            return Answer.Refused(refusal.Message);
        }
    }

    private static (byte[], Func<byte[], string>) Document<T>(JsonTypeInfo<T> type, T valid, Func<T, string> use)
        where T : class =>
        (JsonSerializer.SerializeToUtf8Bytes(valid, type), bytes => PeerDocuments.Read(bytes, type) is { } read ? use(read) : "none");

    private static string Show(MembershipAnswer answer)
    {
        try
        {
            return string.Join(',', answer.ToResult().Members.Select(Show));
        }
        catch (EtcdException refusal)
        {
            return refusal.Code.ToString();
        }
    }

    private static string Show(Member member) =>
        $"{member.Id > 0} {member.Name.Length > 0} {member.PeerUrls.Sum(url => url.Length) > 0} {member.ClientUrls.Sum(url => url.Length) > 0}";
}
