// From a file in etcd's format to what a cluster restored from it starts with. Members, their removals
// and the cluster's version are not taken: the restored cluster is another one. Whatever else the file
// holds is taken, or refused aloud; nothing is dropped in silence.
using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;
using Kv.Core.Apply;
using Kv.Node.Ports;

namespace Kv.Node.EtcdFile;

/// <summary>The content of a file, ready to become a state.</summary>
internal sealed class EtcdFileImport
{
    /// <summary>Largest log index that is believed.</summary>
    private const ulong IndexMax = 1UL << 62;

    private static readonly string[] BucketsLeftOut =
    [
        EtcdBuckets.Cluster, EtcdBuckets.Members, EtcdBuckets.MembersRemoved,
    ];

    private readonly EtcdFileReader _file;
    private readonly StateImport _state = new();
    private readonly List<(ulong, AlarmKind)> _alarms = [];
    private readonly List<string> _warnings = [];
    private ulong _index = 1;

    private EtcdFileImport(EtcdFileReader file) => _file = file;

    /// <summary>What the operator should know.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>The store's revision.</summary>
    public long Revision => _state.Revision;

    /// <summary>Reads a file whole.</summary>
    /// <exception cref="StorageException">It cannot be read, or is damaged.</exception>
    public static EtcdFileImport Read(IDisk disk, string path)
    {
        using var file = EtcdFileReader.Open(disk, path);
        var import = new EtcdFileImport(file);
        import.ReadAll();
        return import;
    }

    /// <summary>Raises the revision and compacts everything before it away, so that clients of the old
    /// cluster, which may have seen later revisions than the snapshot has, start over. Leaves the same
    /// mark in the history that etcd's restore does.</summary>
    /// <param name="by">How far, at least 1.</param>
    /// <returns>False if that is more than a revision can be.</returns>
    public bool Bump(long by)
    {
        if (by > StateImport.RevisionMax - Revision)
        {
            return false;
        }

        var revision = Revision + by;
        _state.AddRow(new Kv.Core.Mvcc.Row(default, default, revision, revision, 0, 1, 0, false));
        _state.CompactAt(revision);
        return true;
    }

    /// <summary>The state of a new cluster with this content; call it once. Its log goes on behind the
    /// index the file has, so that a member with an empty directory, or one restored from another file,
    /// is never taken for one that has all this already.</summary>
    /// <exception cref="DamagedEtcdFileException">The rows do not fit together.</exception>
    public StoreState ToState(ulong clusterId, IReadOnlyList<Member> members)
    {
        var state = _state.Complete(clusterId, [.. members], [.. _alarms], _index, term: 1)
            ?? throw _file.Damage(0, "the rows do not fit together: one key has revisions that contradict each other");
        if (_state.SuppliedLeases.Count > 0)
        {
            _warnings.Add(
                $"{_state.SuppliedLeases.Count} leases were made anew, with etcd's longest time to live: keys name them "
                + "and the file does not have them");
        }

        return state;
    }

    private void ReadAll()
    {
        if (_file.Find(EtcdBuckets.Meta) is null || _file.Find(EtcdBuckets.Key) is null)
        {
            throw _file.Damage(0, "the file has no buckets \"key\" and \"meta\": not a data file of etcd");
        }

        foreach (var bucket in _file.Buckets)
        {
            _file.Walk(bucket, ReaderOf(bucket));
        }
    }

    private PairVisitor ReaderOf(EtcdBucket bucket)
    {
        switch (bucket.Name)
        {
            case EtcdBuckets.Alarm:
                return Guarded(ReadAlarm);
            case EtcdBuckets.Auth:
                return Guarded(ReadAuth);
            case EtcdBuckets.AuthRoles:
                return Guarded((key, value) => _state.AddRole(AuthCodec.DecodeRole(key, value)));
            case EtcdBuckets.AuthUsers:
                return Guarded((key, value) => _state.AddUser(AuthCodec.DecodeUser(key, value)));
            case EtcdBuckets.Key:
                return Guarded(ReadRow);
            case EtcdBuckets.Lease:
                return Guarded(ReadLease);
            case EtcdBuckets.Meta:
                return Guarded(ReadMeta);
            default:
                if (!BucketsLeftOut.Contains(bucket.Name))
                {
                    _warnings.Add($"bucket \"{bucket.Name}\" is none of etcd's and was not taken over");
                }

                return (_, _, _) => { };
        }
    }

    private void ReadRow(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var row = RowReader.Read(key, value);
        if (!_state.AddRow(row))
        {
            throw new FormatException($"a row of revision {row.ModRevision} that cannot be");
        }
    }

    private void ReadLease(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var lease = LeasePairs.Read(value);
        if (key.Length != sizeof(long) || BinaryPrimitives.ReadInt64BigEndian(key) != lease.Id || !_state.AddLease(lease))
        {
            throw new FormatException($"a lease that cannot be (id {lease.Id})");
        }
    }

    private void ReadAlarm(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var alarm = AlarmCodec.Decode(key);
        if (alarm.Kind is not (AlarmKind.NoSpace or AlarmKind.Corrupt))
        {
            throw new FormatException($"an alarm of the unknown kind {(int)alarm.Kind}");
        }

        _alarms.Add(alarm);
        _warnings.Add($"the alarm {alarm.Kind} of member {alarm.Member:x} is still on in this file, and stays on");
    }

    private void ReadAuth(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.SequenceEqual(Encoding.ASCII.GetBytes(EtcdBuckets.AuthEnabled)) && value is [1])
        {
            _state.EnableAuth();
        }
        else if (key.SequenceEqual(Encoding.ASCII.GetBytes(EtcdBuckets.AuthRevision)) && value.Length == sizeof(ulong))
        {
            _state.AuthRevisionAt(BinaryPrimitives.ReadUInt64BigEndian(value));
        }
    }

    private void ReadMeta(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.SequenceEqual("finishedCompactRev"u8) || key.SequenceEqual("scheduledCompactRev"u8))
        {
            // A compaction that was only begun is finished here; etcd does so at its next start.
            var revision = RowReader.MainRevision(value);
            if (revision is < 0 || revision > StateImport.RevisionMax)
            {
                throw new FormatException($"a compaction at revision {revision}");
            }

            _state.CompactAt(revision);
        }
        else if (key.SequenceEqual("consistent_index"u8))
        {
            _index = value.Length == sizeof(ulong) ? Math.Max(1, BinaryPrimitives.ReadUInt64BigEndian(value)) : ulong.MaxValue;
            if (_index > IndexMax)
            {
                throw new FormatException("a consistent_index that cannot be");
            }
        }
    }

    private PairVisitor Guarded(Reader read) => (offset, key, value) =>
    {
        try
        {
            read(key, value);
        }
        catch (Exception problem) when (problem is FormatException or InvalidProtocolBufferException)
        {
            throw _file.Damage(offset, problem is FormatException ? problem.Message : "a value that is no message");
        }
    };

    private delegate void Reader(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value);
}
