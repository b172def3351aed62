// Stored bytes to what a cmdlet emits, in the form its switches ask for.

using System.Management.Automation;
using Kv.PowerShell.Errors;
using Newtonsoft.Json;

namespace Kv.PowerShell.Values;

internal static class ValueReader
{
    /// <summary>The value in the given form.</summary>
    /// <exception cref="KvValueException">The form is JSON and the bytes are not.</exception>
    public static object? Read(byte[] bytes, ValueForm form, string key)
    {
        switch (form)
        {
            case ValueForm.None:
                return null;
            case ValueForm.Bytes:
                return bytes;
            case ValueForm.Text:
                return KvText.Decode(bytes);
            default:
                try
                {
                    return JsonObjects.Parse(KvText.Decode(bytes));
                }
                catch (JsonException exception)
                {
                    throw new KvValueException(
                        KvErrorId.ValueNotJson,
                        ErrorCategory.InvalidData,
                        $"The value of key '{key}' is not JSON: {exception.Message}",
                        exception);
                }
        }
    }
}
