// Paths of a drive and the keys they stand for. A key is split at its slashes; each part becomes a name in
// which what the shell would not take as it is, is written as % and two hexadecimal digits. A part may be
// empty, which no name can be: it is a lone %.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Provider;

internal static class KvPath
{
    public const char Separator = '/';

    private const char Escape = '%';
    private const string EmptyName = "%";
    private const string Reserved = "%\\:*?[]`";

    /// <summary>The names of a path; both slashes separate.</summary>
    public static string[] Names(string path) => path.Split([Separator, '\\'], StringSplitOptions.RemoveEmptyEntries);

    public static string Join(IEnumerable<string> names) => string.Join("/", names);

    /// <summary>The key of a path; empty for the root.</summary>
    public static byte[] ToKey(string path)
    {
        using var key = new MemoryStream();
        var names = Names(path);
        for (var i = 0; i < names.Length; i++)
        {
            if (i > 0)
            {
                key.WriteByte((byte)Separator);
            }

            WritePart(key, names[i]);
        }

        return key.ToArray();
    }

    /// <summary>What all keys below a path begin with; empty for the root.</summary>
    public static byte[] ToFolder(string path) => Names(path).Length == 0 ? [] : [.. ToKey(path), (byte)Separator];

    /// <summary>The path of a key.</summary>
    public static string FromKey(byte[] key) => Join(KvText.Decode(key).Split(Separator).Select(Name));

    /// <summary>The path whose folder has this beginning of keys, with or without a slash at its end.</summary>
    public static string FromPrefix(string prefix)
    {
        var folder = prefix.Length > 0 && prefix[prefix.Length - 1] == Separator ? prefix.Substring(0, prefix.Length - 1) : prefix;
        return prefix.Length == 0 ? string.Empty : FromKey(KvText.Encode(folder));
    }

    /// <summary>The name of one part of a key.</summary>
    public static string Name(string part)
    {
        if (part.Length == 0)
        {
            return EmptyName;
        }

        var isDots = part is "." or "..";
        if (!isDots && !part.Any(IsReserved))
        {
            return part;
        }

        var name = new StringBuilder();
        foreach (var c in part)
        {
            if (isDots || IsReserved(c))
            {
                name.Append(Escape).Append(((int)c & 0xff).ToString("X2", CultureInfo.InvariantCulture));
            }
            else
            {
                name.Append(c);
            }
        }

        return name.ToString();
    }

    /// <summary>A path without the names that mean this one and the one above.</summary>
    public static string[] Resolve(IEnumerable<string> names)
    {
        var resolved = new List<string>();
        foreach (var name in names)
        {
            if (name == "..")
            {
                resolved.RemoveRange(Math.Max(0, resolved.Count - 1), Math.Min(1, resolved.Count));
            }
            else if (name != ".")
            {
                resolved.Add(name);
            }
        }

        return [.. resolved];
    }

    /// <summary>True for characters the shell gives a meaning, for control characters, and for the halves that
    /// stand for bytes that are no text.</summary>
    private static bool IsReserved(char c) =>
        c < ' ' || c == '\x7f' || Reserved.IndexOf(c) >= 0 || c is >= '\uDC80' and <= '\uDCFF';

    private static void WritePart(MemoryStream key, string name)
    {
        if (name == EmptyName)
        {
            return;
        }

        var plainFrom = 0;
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] == Escape && i + 2 < name.Length && TryHex(name, i + 1, out var value))
            {
                Write(key, name.Substring(plainFrom, i - plainFrom));
                key.WriteByte(value);
                plainFrom = i + 3;
                i += 2;
            }
        }

        Write(key, name.Substring(plainFrom));
    }

    private static void Write(MemoryStream key, string plain)
    {
        var bytes = KvText.Encode(plain);
        key.Write(bytes, 0, bytes.Length);
    }

    private static bool TryHex(string text, int at, out byte value) => byte.TryParse(
        text.Substring(at, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
}
