// Numbers in requests that are known only when a step is played: revisions relative to the newest or
// to the compacted one, and the lease whose id the server chose. They travel in the ordinary integer
// fields as values nobody uses otherwise.
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Differential.Model;

/// <summary>What symbols stand for at the moment.</summary>
/// <param name="Revision">The store's revision.</param>
/// <param name="Compacted">The compacted revision.</param>
/// <param name="OwnLease">The id the server chose for the last lease granted without one.</param>
internal readonly record struct Meaning(long Revision, long Compacted, long OwnLease);

/// <summary>Symbolic integers.</summary>
internal static class Symbols
{
    /// <summary>The lease the server named.</summary>
    public const long OwnLease = 1L << 58;

    private const long CurrentBase = 1L << 60;
    private const long CompactedBase = 1L << 61;
    private const long OffsetMax = 1L << 30;

    /// <summary>The store's revision and some.</summary>
    public static long Current(long offset) => CurrentBase + offset;

    /// <summary>The compacted revision and some.</summary>
    public static long Compacted(long offset) => CompactedBase + offset;

    /// <summary>A copy of the message without symbols.</summary>
    public static IMessage Resolve(IMessage message, Meaning meaning)
    {
        var copy = message.Descriptor.Parser.ParseFrom(message.ToByteArray());
        ResolveFields(copy, meaning);
        return copy;
    }

    /// <summary>A number without symbols.</summary>
    public static long Resolve(long number, Meaning meaning) => number switch
    {
        OwnLease => meaning.OwnLease,
        _ when IsNear(number, CurrentBase) => meaning.Revision + (number - CurrentBase),
        _ when IsNear(number, CompactedBase) => meaning.Compacted + (number - CompactedBase),
        _ => number,
    };

    /// <summary>A number as a reader wants it.</summary>
    public static string Describe(long number) => number switch
    {
        OwnLease => "own",
        _ when IsNear(number, CurrentBase) => $"current{number - CurrentBase:+0;-0;+0}",
        _ when IsNear(number, CompactedBase) => $"compacted{number - CompactedBase:+0;-0;+0}",
        _ => number.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    private static bool IsNear(long number, long origin) => Math.Abs(number - origin) < OffsetMax;

    private static void ResolveFields(IMessage message, Meaning meaning)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            var value = field.Accessor.GetValue(message);
            if (field.FieldType == FieldType.Message)
            {
                foreach (var nested in Messages.Nested(value))
                {
                    ResolveFields(nested, meaning);
                }
            }
            else if (value is long number && number != 0)
            {
                var resolved = Resolve(number, meaning);
                if (resolved != number)
                {
                    field.Accessor.SetValue(message, resolved);
                }
            }
        }
    }
}
