// A time a person types as a number is in seconds; PowerShell alone would take it as ticks.

using System;
using System.Globalization;
using System.Management.Automation;

namespace Kv.PowerShell.Commands;

/// <summary>Turns numbers into seconds; everything else is left to the usual conversion.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class SecondsTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        var isNumber = value is int or long or double or decimal or uint or short;
        var text = value as string;
        double seconds = 0;
        if (isNumber)
        {
            seconds = Convert.ToDouble(value, CultureInfo.InvariantCulture);
        }
        else if (text is null || !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out seconds))
        {
            return value;
        }

        return Math.Abs(seconds) < TimeSpan.MaxValue.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new ArgumentTransformationMetadataException($"{value} seconds are more than a time can be.");
    }
}
