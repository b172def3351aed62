// The text of kvnode --help, made from the flag table.
using System.Text;

namespace Kv.Node.Options;

/// <summary>The help text.</summary>
internal static class HelpText
{
    private const int HelpColumn = 44;

    private const int WidthMax = 100;

    /// <summary>All flags by group, with defaults.</summary>
    public static string Render()
    {
        var text = new StringBuilder();
        text.Append("kvnode: a replicated key-value store that speaks etcd's protocols.\n\n");
        text.Append("Usage: kvnode [flags]\n");
        text.Append("       kvnode check [flags]                                  would it start?\n");
        text.Append("       kvnode snapshot save|status|restore FILE [flags]\n");
        text.Append("       kvnode replay DIR [flags]                             what happened here, and why?\n");
        text.Append("       kvnode certificate FILE [flags]                       for TLS: an authority, or what it signs\n\n");
        text.Append("Flags take one or two dashes, --flag=value or --flag value. Each may come from the\n");
        text.Append("environment instead (--data-dir from ETCD_DATA_DIR or KV_DATA_DIR), or all of them\n");
        text.Append("from one YAML file with the flag names as keys.\n");
        var shown = FlagTable.Rows.Where(row => row.Kind != FlagKind.Legacy && row.NoEffect is null);
        foreach (var group in shown.GroupBy(row => row.Group).OrderBy(group => group.Key))
        {
            text.Append('\n').Append(group.Key).Append(":\n");
            foreach (var row in group)
            {
                AppendRow(text, row);
            }
        }

        text.Append("\nTaken for etcd's sake, without effect:\n");
        AppendWrapped(text, FlagTable.Rows.Where(row => row.NoEffect is not null).Select(row => row.Name));
        return text.ToString();
    }

    private static void AppendWrapped(StringBuilder text, IEnumerable<string> names)
    {
        var length = 0;
        foreach (var name in names)
        {
            if (length == 0 || length + name.Length + 1 > WidthMax)
            {
                text.Append(length == 0 ? "  " : "\n  ").Append(name);
                length = name.Length + 2;
            }
            else
            {
                text.Append(' ').Append(name);
                length += name.Length + 1;
            }
        }

        text.Append('\n');
    }

    private static void AppendRow(StringBuilder text, OptionFlag row)
    {
        var left = "  --" + row.Name + (row.Placeholder.Length > 0 ? " " + row.Placeholder : "");
        text.Append(left.PadRight(HelpColumn));
        if (left.Length >= HelpColumn)
        {
            text.Append('\n').Append(' ', HelpColumn);
        }

        text.Append(row.Help).Append('\n');
        if (row.DefaultText.Length > 0)
        {
            text.Append(' ', HelpColumn).Append("default: ").Append(row.DefaultText).Append('\n');
        }
    }
}
