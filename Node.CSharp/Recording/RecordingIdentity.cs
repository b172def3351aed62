using Kv.Node.Diagnostics;

namespace Kv.Node.Recording;

/// <summary>Whose recording it is.</summary>
/// <param name="MemberId">The member.</param>
/// <param name="ClusterId">Its cluster.</param>
/// <param name="Run">Tells runs of the process apart.</param>
/// <param name="TickMilliseconds">The heartbeat interval.</param>
/// <param name="Release">The program and its release: another one may come to other outcomes.</param>
internal sealed record RecordingIdentity(ulong MemberId, ulong ClusterId, ulong Run, ulong TickMilliseconds, string Release)
{
    /// <summary>This program.</summary>
    public static string ThisRelease { get; } = $"kvnode {ProductVersion.Product} ({Short(ProductVersion.Commit)})";

    private static string Short(string commit) => commit.Length > 12 ? commit[..12] : commit;
}
