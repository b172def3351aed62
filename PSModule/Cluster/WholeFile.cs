// Writing a small file so that a reader sees the old or the new one, never half of it.

using System.IO;
using System.Text;

namespace Kv.PowerShell.Cluster;

internal static class WholeFile
{
    private static readonly UTF8Encoding Utf8 = new(false);

    public static void Write(string path, string text)
    {
        var next = path + ".new";
        File.WriteAllText(next, text, Utf8);
        Place(next, path);
    }

    /// <summary>Moves a finished file to its place, whether or not one is there.</summary>
    public static void Place(string next, string path)
    {
        if (File.Exists(path))
        {
            File.Replace(next, path, null);
        }
        else
        {
            File.Move(next, path);
        }
    }
}
