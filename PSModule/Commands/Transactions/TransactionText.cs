// Reads a transaction as etcdctl txn does: conditions, an empty line, what to do if they hold, an empty
// line, what to do if not. For example: mod("a") > "0", then: put a 1, get a, del b.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using System.Text;
using System.Text.RegularExpressions;
using Kv.PowerShell.Client;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Commands;

internal static class TransactionText
{
    private static readonly Regex Condition = new(
        """^\s*(?<target>\w+)\s*\(\s*(?<key>"(?:[^"\\]|\\.)*"|[^")\s]+)\s*\)\s*(?<op>!=|=|<|>)\s*(?<operand>"(?:[^"\\]|\\.)*"|\S+)\s*$""",
        RegexOptions.CultureInvariant);

    private static readonly Regex Word = new(
        """\G\s*(?:(?<word>"(?:[^"\\]|\\.)*")|'(?<raw>[^']*)'|(?<word>[^\s"']+))(?=\s|$)""", RegexOptions.CultureInvariant);

    /// <exception cref="KvRequestException">A line is not understood; the message shows it.</exception>
    public static (KvCompare[] If, KvOperation[] Then, KvOperation[] Else) Parse(string text)
    {
        var parts = new List<string>[] { [], [], [] };
        var part = 0;
        foreach (var line in text.Replace("\r", string.Empty).TrimEnd('\n').Split('\n'))
        {
            if (line.Trim().Length > 0)
            {
                parts[part].Add(line);
            }
            else if (++part == parts.Length)
            {
                throw Refused(line, "there are more than two empty lines");
            }
        }

        return ([.. parts[0].Select(ToCompare)], [.. parts[1].Select(ToOperation)], [.. parts[2].Select(ToOperation)]);
    }

    private static KvCompare ToCompare(string line)
    {
        var match = Condition.Match(line);
        if (!match.Success)
        {
            throw Refused(line, "a condition looks like mod(\"key\") > \"0\"");
        }

        var target = match.Groups["target"].Value switch
        {
            "val" or "value" => "Value",
            "ver" or "version" => "Version",
            "c" or "create" => "Create",
            "m" or "mod" => "Mod",
            "lease" => "Lease",
            _ => throw Refused(line, "what can be compared is value, version, create, mod and lease"),
        };
        var compareOperator = match.Groups["op"].Value switch
        {
            "=" => KvCompareOperator.Equal,
            "!=" => KvCompareOperator.NotEqual,
            ">" => KvCompareOperator.Greater,
            _ => KvCompareOperator.Less,
        };
        var keys = KeyRange.Single(Unquote(match.Groups["key"].Value));
        var operand = Unquote(match.Groups["operand"].Value);
        return new KvCompare(keys, target, compareOperator, target == "Value" ? (object)KvText.Encode(operand) : Number(line, target, operand));
    }

    private static long Number(string line, string target, string text) =>
        long.TryParse(
            text, target == "Lease" ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Refused(line, $"'{text}' is no number");

    private static KvOperation ToOperation(string line)
    {
        var words = Words(line);
        var isPrefix = words.Remove("--prefix");
        var verb = words[0];
        if (words.Exists(static w => w.StartsWith("--", StringComparison.Ordinal)))
        {
            throw Refused(line, "the only flag is --prefix");
        }

        return (verb, words.Count, isPrefix) switch
        {
            ("put", 3, false) => new KvOperation(KvOperationType.Put, KeyRange.Single(words[1]), KvText.Encode(words[2]), 0),
            ("get" or "del", 2, true) => new KvOperation(TypeOf(verb), KeyRange.Prefix(words[1]), null, 0),
            ("get" or "del", 2, false) => new KvOperation(TypeOf(verb), KeyRange.Single(words[1]), null, 0),
            ("get" or "del", 3, false) => new KvOperation(TypeOf(verb), KeyRange.Interval(words[1], words[2]), null, 0),
            _ => throw Refused(line, "an operation is put KEY VALUE, get KEY [END] or del KEY [END], the last two with --prefix or without"),
        };
    }

    private static KvOperationType TypeOf(string verb) => verb == "get" ? KvOperationType.Get : KvOperationType.Remove;

    private static List<string> Words(string line)
    {
        var words = new List<string>();
        for (var at = 0; line.Substring(at).Trim().Length > 0;)
        {
            var match = Word.Match(line, at);
            if (!match.Success)
            {
                throw Refused(line, "a quote is not closed");
            }

            words.Add(match.Groups["raw"].Success ? match.Groups["raw"].Value : Unquote(match.Groups["word"].Value));
            at = match.Index + match.Length;
        }

        return words;
    }

    private static string Unquote(string text)
    {
        if (text.Length < 2 || text[0] != '"')
        {
            return text;
        }

        var plain = new StringBuilder(text.Length);
        for (var i = 1; i < text.Length - 1; i++)
        {
            plain.Append(text[i] != '\\' ? text[i] : text[++i] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', var other => other });
        }

        return plain.ToString();
    }

    private static KvRequestException Refused(string line, string why) =>
        new(ErrorCategory.ParserError, $"'{line.Trim()}' is not understood: {why}.");
}
