// The text of kvnode --help, made from the flag table.
using System.Text;

namespace Kv.Node.Options;

/// <summary>The help text.</summary>
internal static class HelpText
{
    private const int HelpColumn = 44;

    /// <summary>All flags by group, with defaults.</summary>
    public static string Render()
    {
        var text = new StringBuilder();
        text.Append("kvnode: a replicated key-value store that speaks etcd's protocols.\n\n");
        text.Append("Usage: kvnode [flags]\n");
        text.Append("       kvnode snapshot save|status|restore FILE [flags]\n\n");
        text.Append("Flags take one or two dashes, --flag=value or --flag value. Each may come from the\n");
        text.Append("environment instead (--data-dir from ETCD_DATA_DIR or KV_DATA_DIR), or all of them\n");
        text.Append("from one YAML file with the flag names as keys.\n");
        var shown = FlagTable.Rows.Where(row => row.Kind != FlagKind.Legacy);
        foreach (var group in shown.GroupBy(row => row.Group).OrderBy(group => group.Key))
        {
            text.Append('\n').Append(group.Key).Append(":\n");
            foreach (var row in group)
            {
                AppendRow(text, row);
            }
        }

        return text.ToString();
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
