// Cipher suites by the names of the flag. As in etcd, whose language fixes them, the suites of TLS 1.3
// are not for choosing: they are always allowed along with those chosen.
using System.Net.Security;

namespace Kv.Node.Tls;

/// <summary>Cipher suites by name.</summary>
internal static class CipherSuites
{
    private static readonly TlsCipherSuite[] Fixed =
    [
        TlsCipherSuite.TLS_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
    ];

    /// <summary>Suites that can be named, by name.</summary>
    private static readonly Dictionary<string, TlsCipherSuite> Known = Enum.GetValues<TlsCipherSuite>()
        .Where(suite => IsSound(suite.ToString()))
        .ToDictionary(suite => suite.ToString(), StringComparer.Ordinal);

    /// <summary>Reads comma-separated names.</summary>
    /// <exception cref="FormatException">A name is unknown, or of a suite that protects nothing.</exception>
    public static IReadOnlyList<string> Parse(string text)
    {
        var names = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (var name in names)
        {
            Find(name);
        }

        return names;
    }

    /// <summary>What the options allow; null is the system's choice.</summary>
    public static CipherSuitesPolicy? PolicyOf(IReadOnlyList<string> names) =>
        names.Count == 0 || OperatingSystem.IsWindows()
            ? null
            : new CipherSuitesPolicy(names.Select(Find).Concat(Fixed));

    /// <summary>Two suites have a shorter name in Go, which etcd takes as well.</summary>
    private static TlsCipherSuite Find(string name) =>
        Known.TryGetValue(name, out var suite) || Known.TryGetValue(name + "_SHA256", out suite)
            ? suite
            : throw new FormatException(
                $"unexpected TLS cipher suite \"{name}\"; expected names such as TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");

    /// <summary>Without encryption or authentication, or broken since long.</summary>
    private static bool IsSound(string name) =>
        !name.Contains("NULL", StringComparison.Ordinal)
        && !name.Contains("_anon_", StringComparison.OrdinalIgnoreCase)
        && !name.Contains("EXPORT", StringComparison.Ordinal)
        && !name.Contains("RC4", StringComparison.Ordinal)
        && !name.Contains("_DES", StringComparison.Ordinal);
}
