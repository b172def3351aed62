// What a user hands to -Value, as bytes to store. Text, numbers and bytes have one obvious form;
// anything with structure is refused unless JSON was asked for, so that nobody stores
// "System.Collections.Hashtable" by accident.

using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Management.Automation;
using Kv.PowerShell.Errors;

namespace Kv.PowerShell.Values;

internal static class ValueWriter
{
    /// <summary>Levels of nesting of JSON, unless told otherwise.</summary>
    public const int DepthDefault = 16;

    /// <summary>The bytes to store.</summary>
    /// <exception cref="KvValueException">The value has no obvious form, or is nested too deep.</exception>
    public static byte[] Write(object? value, bool asJson, int depth)
    {
        if (asJson)
        {
            return KvText.Encode(JsonObjects.Format(value, depth));
        }

        var plain = value is PSObject wrapped && wrapped.BaseObject is not PSCustomObject ? wrapped.BaseObject : value;
        switch (plain)
        {
            case string text:
                return KvText.Encode(text);
            case byte[] bytes:
                return bytes;
            case byte one:
                return [one];
            case IEnumerable items when AllBytes(items) is { } collected:
                return collected;
            case char or bool or DateTime or DateTimeOffset or TimeSpan or Guid or Uri or Version or Enum:
            case IFormattable:
                return KvText.Encode(LanguagePrimitives.ConvertTo<string>(plain));
            default:
                throw NotText(plain);
        }
    }

    private static byte[]? AllBytes(IEnumerable items)
    {
        if (items is IDictionary)
        {
            return null;
        }

        var bytes = new List<byte>();
        foreach (var item in items)
        {
            if ((item is PSObject wrapped ? wrapped.BaseObject : item) is not byte one)
            {
                return null;
            }

            bytes.Add(one);
        }

        return [.. bytes];
    }

    private static KvValueException NotText(object? value) => new(
        KvErrorId.ValueNotText,
        ErrorCategory.InvalidType,
        value is null
            ? "The value is null. Give an empty string to store an empty value."
            : string.Format(
                CultureInfo.InvariantCulture,
                "A value of type {0} has no single text form.",
                value is PSObject ? "PSCustomObject" : value.GetType().Name))
    {
        RecommendedAction = "Use -AsJson to store it as JSON, or pass a string or a byte array.",
    };
}
