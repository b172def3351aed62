// Ids of leases and members as people have them: a number, or text as etcdctl prints it. etcdctl's
// tables are hexadecimal and its JSON is decimal, so text is taken as hexadecimal if it starts with
// 0x, has a hexadecimal letter, or has the 16 digits etcdctl pads lease ids to.

using System;
using System.Globalization;
using System.Linq;
using System.Management.Automation;

namespace Kv.PowerShell.Commands;

/// <summary>Turns hexadecimal or decimal text into an id.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class IdTransformationAttribute : ArgumentTransformationAttribute
{
    private const int PaddedLength = 16;

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return value switch
        {
            string text => Parse(text),
            System.Collections.IEnumerable items => items.Cast<object?>().Select(item => Transform(engineIntrinsics, item)).ToArray(),
            _ => value,
        };
    }

    /// <summary>Text that is no id is left as it is, for the binder to refuse with its usual message.</summary>
    private static object Parse(string text)
    {
        var trimmed = text.Trim();
        var isMarked = trimmed.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var digits = isMarked ? trimmed.Substring(2) : trimmed;
        var isHex = isMarked || digits.Length == PaddedLength || digits.Any(static c => !char.IsDigit(c));
        return ulong.TryParse(
            digits, isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : text;
    }
}
