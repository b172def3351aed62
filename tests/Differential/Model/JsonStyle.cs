// The ways to write one request in JSON: all of them must be understood.
using System.Text.RegularExpressions;
using Google.Protobuf;

namespace Differential.Model;

/// <summary>A dialect of the JSON form.</summary>
internal enum JsonStyle
{
    /// <summary>Names as in the proto, 64-bit integers as strings, enums by name.</summary>
    Proto,

    /// <summary>Names in camel case.</summary>
    Camel,

    /// <summary>Enums and integers as numbers.</summary>
    Numbers,

    /// <summary>Fields with default values are written too.</summary>
    Verbose,
}

/// <summary>Writes requests.</summary>
internal static partial class JsonText
{
    private static readonly JsonFormatter.Settings Settings =
        JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true);

    private static readonly JsonFormatter Proto = new(Settings);
    private static readonly JsonFormatter Camel = new(Settings.WithPreserveProtoFieldNames(false));
    private static readonly JsonFormatter Numbers = new(Settings.WithFormatEnumsAsIntegers(true));
    private static readonly JsonFormatter Verbose = new(Settings.WithFormatDefaultValues(true));

    /// <summary>The message in a style.</summary>
    public static string Of(IMessage message, JsonStyle style) => style switch
    {
        JsonStyle.Camel => Camel.Format(message),
        JsonStyle.Numbers => Integer().Replace(Numbers.Format(message), "$1$2"),
        JsonStyle.Verbose => Verbose.Format(message),
        _ => Proto.Format(message),
    };

    // Only fields that hold integers: base64 may consist of digits, too. Go's reader takes numbers up
    // to 2^53 exactly, longer ones stay strings.
    [GeneratedRegex("(\"(?:revision|limit|lease|TTL|ID|version|[a-z_]+_revision)\": ?)\"(-?[0-9]{1,15})\"")]
    private static partial Regex Integer();
}
