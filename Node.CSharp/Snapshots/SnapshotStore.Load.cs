// Choosing the snapshot to start from: the newest the log covers; an older one only if the newer is
// damaged and the log still holds every entry behind the older, so that nothing is lost.
using Kv.Core.Apply;
using Kv.Core.Raft;
using Kv.Node.Ports;
using Kv.Node.Wal;

namespace Kv.Node.Snapshots;

internal sealed partial class SnapshotStore
{
    /// <summary>Loads the newest snapshot the log can go on from. Files the log knows nothing of (a
    /// received snapshot whose installation never reached the log) are passed over.</summary>
    /// <exception cref="DamagedSnapshotException">A snapshot is damaged and no older one will do.</exception>
    /// <exception cref="MissingSnapshotException">There is none the log leads on from.</exception>
    public LoadedSnapshot LoadNewest(RecoveredLog log)
    {
        var damaged = new List<DamagedSnapshotException>();
        foreach (var (path, term, index) in Find())
        {
            if (!log.Covers(index, term))
            {
                continue;
            }

            try
            {
                var loaded = Load(path, term, index);
                Anchor(index);
                return loaded with { Damaged = SetAside(damaged) };
            }
            catch (DamagedSnapshotException damage)
            {
                damaged.Add(damage);
            }
        }

        throw damaged.Count > 0 ? damaged[0] : new MissingSnapshotException(_directory, log.FirstIndex);
    }

    private LoadedSnapshot Load(string path, ulong term, ulong index)
    {
        var reader = new SnapshotReader();
        var decoder = new SnapshotDecoder(_clusterId, reader.ReadBlock);
        long length;
        using (var file = _disk.OpenRead(path))
        {
            length = SnapshotFile.Read(file, decoder);
        }

        if (decoder.Mark is not { } mark || mark.Term != term || mark.Index != index)
        {
            throw new DamagedSnapshotException(path, 0, "the file name is that of another snapshot");
        }

        var state = Complete(reader, mark)
            ?? throw new DamagedSnapshotException(path, length, "the state is not complete");
        return new LoadedSnapshot(new SnapshotInfo(path, index, term, length), mark, state, []);
    }

    /// <summary>The state, or null if blocks are missing or it is not the one of the mark.</summary>
    private StoreState? Complete(SnapshotReader reader, SnapshotMark mark)
    {
        var state = reader.Complete();
        return state is not null
            && state.ClusterId == _clusterId
            && state.AppliedIndex == mark.Index
            && state.AppliedTerm == mark.Term
                ? state
                : null;
    }

    /// <summary>Renames damaged files, so that they are kept for inspection and not counted as snapshots.</summary>
    private List<DamagedSnapshot> SetAside(List<DamagedSnapshotException> damaged)
    {
        foreach (var damage in damaged)
        {
            _disk.Rename(damage.File, damage.File + SnapshotFormat.DamagedSuffix);
        }

        if (damaged.Count > 0)
        {
            _disk.SyncDirectory(_directory);
        }

        return damaged.ConvertAll(damage => new DamagedSnapshot(damage.File, damage.Offset, damage.Reason));
    }
}
