// The kinds of frames in a snapshot. Numbers are never reused: they are on disks.
namespace Kv.Node.Snapshots;

/// <summary>What a frame of a snapshot is.</summary>
internal enum FrameKind : uint
{
    /// <summary>Cluster id and mark; the first frame.</summary>
    Header = 1,

    /// <summary>A block of the state.</summary>
    Block = 2,

    /// <summary>Number and bytes of the blocks; the last frame.</summary>
    End = 3,
}
