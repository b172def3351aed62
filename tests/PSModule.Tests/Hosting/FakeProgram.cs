// A stand-in for the node program: a small shell script that behaves as a test needs.

namespace PSModule.Tests.Hosting;

internal static class FakeProgram
{
    /// <summary>Writes the script and returns its path.</summary>
    public static string Create(string body)
    {
        var path = Path.Combine(Directory.CreateDirectory(TestPaths.NewFolder()).FullName, "program");
        File.WriteAllText(path, "#!/bin/sh\n" + body + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }
}
