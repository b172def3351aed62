// The versions this program calls itself by. Clients compare the etcd version with their minimum, so
// it names the etcd release whose behaviour is followed.
using System.Reflection;
using System.Runtime.InteropServices;

namespace Kv.Node.Diagnostics;

/// <summary>Versions of this build.</summary>
internal static class ProductVersion
{
    /// <summary>The etcd release this server stands in for; plain semantic version.</summary>
    public const string Etcd = Grpc.EtcdVersion.Server;

    /// <summary>This program's own version.</summary>
    public static string Product { get; } = typeof(ProductVersion).Assembly.GetName().Version!.ToString(3);

    /// <summary>The source this was built from, or <c>unknown</c>.</summary>
    public static string Commit { get; } = ReadCommit();

    /// <summary>What <c>kvnode --version</c> prints: etcd's four lines, for scripts that read them,
    /// and our own first.</summary>
    public static string Describe() =>
        $"kvnode Version: {Product}\n"
        + $"etcd Version: {Etcd}\n"
        + $"Git SHA: {Commit}\n"
        + $".NET Version: {Environment.Version}\n"
        + $"OS/Arch: {OperatingSystemName()}/{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}\n";

    private static string ReadCommit()
    {
        var attribute = typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>();
        var text = attribute?.InformationalVersion ?? "";
        var split = text.IndexOf('+');
        return split < 0 ? "unknown" : text[(split + 1)..];
    }

    private static string OperatingSystemName() =>
        OperatingSystem.IsLinux() ? "linux"
        : OperatingSystem.IsWindows() ? "windows"
        : OperatingSystem.IsMacOS() ? "darwin"
        : "other";
}
