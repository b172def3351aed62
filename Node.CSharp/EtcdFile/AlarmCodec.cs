using Google.Protobuf;
using Kv.Core.Apply;
using Kv.Node.Protos;

namespace Kv.Node.EtcdFile;

/// <summary>Alarms as keys of their bucket: messages of member and kind.</summary>
internal static class AlarmCodec
{
    public static byte[] Encode((ulong Member, AlarmKind Kind) alarm) =>
        new AlarmMember { MemberID = alarm.Member, Alarm = (AlarmType)alarm.Kind }.ToByteArray();

    /// <exception cref="InvalidProtocolBufferException">It is no alarm.</exception>
    public static (ulong Member, AlarmKind Kind) Decode(ReadOnlySpan<byte> key)
    {
        var alarm = AlarmMember.Parser.ParseFrom(key);
        return (alarm.MemberID, (AlarmKind)alarm.Alarm);
    }
}
