// A member as etcd stores it. Only written: a restored cluster has the members its operator names.
using System.Buffers;
using System.Text.Json;
using Kv.Core.Apply;

namespace Kv.Node.EtcdFile;

/// <summary>Members as JSON.</summary>
internal static class MemberJson
{
    public static byte[] Encode(Member member)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteNumber("id", member.Id);
            WriteTexts(json, "peerURLs", member.PeerUrls);
            if (member.IsLearner)
            {
                json.WriteBoolean("isLearner", true);
            }

            if (member.Name.Length > 0)
            {
                json.WriteString("name", member.Name);
            }

            if (member.ClientUrls.Length > 0)
            {
                WriteTexts(json, "clientURLs", member.ClientUrls);
            }

            json.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, string[] texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
