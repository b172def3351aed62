using System.Buffers.Binary;
using Damage;
using Kv.Core.Apply;
using Kv.Node.EtcdFile;

namespace Fuzz.Parsers;

/// <summary>Files in etcd's format, without the checksum that would refuse all that is changed.</summary>
internal sealed class EtcdFileTarget() : Target("etcd-file")
{
    private const string FilePath = "/store.db";

    private const int ChecksumAt = 72;

    private static readonly Member[] Members = [new(1, "n1", ["http://127.0.0.1:1"], [], false)];

    public override int LengthMax => 80 << 10;

    public override int QuickInputs => 300;

    public override IEnumerable<byte[]> Corpus() => new[] { Samples.Full, Samples.Empty }.Select(Encode);

    public override byte[] Repair(byte[] input)
    {
        byte[] repaired = [.. input];
        for (var page = 0; page < 2 && (page * EtcdFileFormat.PageBytes) + ChecksumAt + 8 <= repaired.Length; page++)
        {
            var meta = repaired.AsSpan(page * EtcdFileFormat.PageBytes);
            var hash = 0xCBF29CE484222325;
            foreach (var value in meta[EtcdFileFormat.PageHeaderBytes..ChecksumAt])
            {
                hash = (hash ^ value) * 0x100000001B3;
            }

            BinaryPrimitives.WriteUInt64LittleEndian(meta[ChecksumAt..], hash);
        }

        return repaired;
    }

    public override Answer Run(byte[] input)
    {
        var disk = new MemoryDisk();
        disk.Put(FilePath, input);
        try
        {
            SnapshotSummary.Of(disk, FilePath);
        }
        catch (DamagedEtcdFileException)
        {
            // It looks at more pages than an import does, and the other way round.
        }

        StoreState state;
        try
        {
            state = EtcdFileImport.Read(disk, FilePath).ToState(Samples.ClusterId, Members);
        }
        catch (DamagedEtcdFileException refusal)
        {
            return Answer.Refused(refusal.Message);
        }

        SnapshotTarget.RequireSound(state);
        disk.Put(FilePath, Encode(state));
        var again = EtcdFileImport.Read(disk, FilePath).ToState(Samples.ClusterId, Members);
        OracleException.Require(state.StateHash() == again.StateHash(), "written and read again, it is another state");
        return Answer.Accepted($"{state.KeyCount} {state.LeaseCount}");
    }

    private static byte[] Encode(StoreState state)
    {
        using var bytes = new MemoryStream();
        foreach (var piece in EtcdImage.Of(state, CancellationToken.None).Pieces())
        {
            bytes.Write(piece.Span);
        }

        return bytes.ToArray();
    }
}
