using Kv.Node.Options;

namespace Kv.Node.Hosting;

/// <summary>Where things are in a data directory.</summary>
internal static class DataDirectory
{
    /// <summary>Directory of the snapshots.</summary>
    public static string Snapshots(NodeOptions options) => Path.Combine(options.DataDir, "member", "snap");

    /// <summary>The file of revisions and times.</summary>
    public static string RevisionTimes(NodeOptions options) => Path.Combine(options.DataDir, "member", "times");

    /// <summary>Directory of the recording.</summary>
    public static string Recorder(NodeOptions options) => Path.Combine(options.DataDir, "member", "recorder");

    /// <summary>Directory of the log.</summary>
    public static string Log(NodeOptions options) =>
        options.WalDir.Length > 0 ? options.WalDir : Path.Combine(options.DataDir, "member", "wal");
}
