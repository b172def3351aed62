// Quoting of command-line arguments for the three readers this module has: .NET's ProcessStartInfo
// (Windows' rules, on every system), sh, and PowerShell.

using System.Linq;
using System.Text;

namespace Kv.PowerShell.Cluster;

internal static class ArgumentText
{
    private static readonly char[] NeedsQuotes = [' ', '\t', '\n', '"'];

    /// <summary>For ProcessStartInfo.Arguments and Windows programs.</summary>
    public static string ForProcess(string argument)
    {
        if (argument.Length > 0 && argument.IndexOfAny(NeedsQuotes) < 0)
        {
            return argument;
        }

        var text = new StringBuilder("\"");
        var backslashes = 0;
        foreach (var c in argument)
        {
            // Backslashes are doubled only before a quote.
            if (c == '"')
            {
                text.Append('\\', backslashes + 1);
            }

            backslashes = c == '\\' ? backslashes + 1 : 0;
            text.Append(c);
        }

        return text.Append('\\', backslashes).Append('"').ToString();
    }

    public static string ForShell(string argument) => IsPlain(argument) ? argument : $"'{argument.Replace("'", "'\\''")}'";

    public static string ForPowerShell(string argument) => $"'{argument.Replace("'", "''")}'";

    private static bool IsPlain(string argument) => argument.Length > 0
        && argument.All(static c => c < 128 && (char.IsLetterOrDigit(c) || "-_./:=,@%+".IndexOf(c) >= 0));
}
