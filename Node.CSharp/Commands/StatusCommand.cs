// `kvnode snapshot status`: etcd's fields in etcd's three forms, for scripts that read them.
using System.Globalization;
using System.Text;
using System.Text.Json;
using Kv.Node.EtcdFile;
using Kv.Node.Options;
using Kv.Node.Ports;

namespace Kv.Node.Commands;

/// <summary>Shows what is in a file.</summary>
internal static class StatusCommand
{
    private const string Summary = """
        Shows what is in a snapshot, or in the file of etcd's data directory, and checks every page of
        it, and the checksum if it has one: hash, revision, living keys, size, storage version. Keys
        are counted as etcd 3.6 does; earlier releases count everything in the file.
        """;

    private static readonly string[] Sizes = ["B", "kB", "MB", "GB", "TB"];

    private static readonly string[] Headings = ["HASH", "REVISION", "TOTAL KEYS", "TOTAL SIZE", "STORAGE VERSION"];

    /// <summary>Runs the command.</summary>
    /// <exception cref="OptionsException">The arguments are wrong.</exception>
    /// <exception cref="StorageException">The file cannot be read, or is damaged.</exception>
    public static int Run(IReadOnlyList<string> arguments)
    {
        var form = "simple";
        var syntax = new CommandSyntax("snapshot status", Summary,
        [
            new CommandFlag("write-out", "simple|table|json", "How to print.",
                text => form = FlagValue.Choice(text, "simple", "table", "json"))
            {
                Short = "w",
                Default = form,
            },
        ]);
        if (syntax.Parse(arguments) is not { } path)
        {
            Console.Out.Write(syntax.Render());
            return 0;
        }

        Console.Out.Write(Show(SnapshotSummary.Of(new PhysicalDisk(), path), form));
        return 0;
    }

    /// <summary>A size as etcd shows it: decimal units, one digit behind the point below ten.</summary>
    internal static string ShowSize(long bytes)
    {
        double size = bytes;
        var unit = 0;
        for (; size >= 1000 && unit < Sizes.Length - 1; unit++)
        {
            size /= 1000;
        }

        size = Math.Floor((size * 10) + 0.5) / 10;
        return string.Create(CultureInfo.InvariantCulture, $"{(unit > 0 && size < 10 ? $"{size:0.0}" : $"{size:0}")} {Sizes[unit]}");
    }

    private static string Show(SnapshotSummary summary, string form)
    {
        if (form == "json")
        {
            return $"{{\"hash\":{summary.Hash},\"revision\":{summary.Revision},\"totalKey\":{summary.TotalKeys},"
                + $"\"totalSize\":{summary.TotalBytes},\"version\":{JsonSerializer.Serialize(summary.Version)}}}\n";
        }

        string[] cells =
        [
            summary.Hash.ToString("x", CultureInfo.InvariantCulture),
            summary.Revision.ToString(CultureInfo.InvariantCulture),
            summary.TotalKeys.ToString(CultureInfo.InvariantCulture),
            ShowSize(summary.TotalBytes),
            summary.Version,
        ];
        return form == "simple" ? string.Join(", ", cells) + "\n" : Table(cells);
    }

    private static string Table(string[] cells)
    {
        var widths = cells.Zip(Headings, (cell, heading) => Math.Max(cell.Length, heading.Length)).ToArray();
        var line = "+" + string.Concat(widths.Select(width => new string('-', width + 2) + "+")) + "\n";
        var text = new StringBuilder(line).Append('|');
        for (var i = 0; i < widths.Length; i++)
        {
            var left = (widths[i] - Headings[i].Length) / 2;
            text.Append(' ', left + 1).Append(Headings[i]).Append(' ', widths[i] - Headings[i].Length - left + 1).Append('|');
        }

        text.Append('\n').Append(line).Append('|');
        for (var i = 0; i < widths.Length; i++)
        {
            text.Append(' ').Append(cells[i].PadLeft(widths[i])).Append(" |");
        }

        return text.Append('\n').Append(line).ToString();
    }
}
