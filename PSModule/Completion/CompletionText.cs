// A completion as it must stand on the command line: quoted if it has characters PowerShell would read
// otherwise, and with wildcards escaped where the parameter would expand them.

using System.Linq;
using System.Management.Automation;

namespace Kv.PowerShell.Completion;

internal static class CompletionText
{
    private const string Plain = "-_./:+";

    public static CompletionResult Result(string text, bool isPattern, string toolTip)
    {
        var shown = isPattern ? WildcardPattern.Escape(text) : text;
        var isPlain = shown.Length > 0 && shown[0] != '-'
            && shown.All(static c => char.IsLetterOrDigit(c) || Plain.IndexOf(c) >= 0);
        var written = isPlain ? shown : $"'{shown.Replace("'", "''")}'";
        return new CompletionResult(written, text, CompletionResultType.ParameterValue, toolTip);
    }

    /// <summary>What the user typed so far, without the quotes around it.</summary>
    public static string Unquote(string word) => word.Trim('\'', '"');
}
