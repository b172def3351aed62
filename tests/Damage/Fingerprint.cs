using System.Security.Cryptography;
using Kv.Core.Apply;
using Kv.Core.Raft;
using Kv.Node.Engine;

namespace Damage;

/// <summary>What a member would go on from: equal if and only if it is the same, whichever snapshot it came from.</summary>
/// <param name="HardState">Term, vote and commit.</param>
/// <param name="Last">Index of the last entry.</param>
/// <param name="LastTerm">Its term.</param>
/// <param name="State">Hash of the state with all entries applied.</param>
/// <param name="Tail">Digest of the entries behind the newest snapshot.</param>
internal sealed record Fingerprint(string HardState, ulong Last, ulong LastTerm, ulong State, string Tail)
{
    /// <summary>Of a directory that was opened.</summary>
    public static Fingerprint Of(NodeStorage storage, ulong newestSnapshot) =>
        Of(storage.HardState, storage.State, storage.Entries, newestSnapshot);

    /// <summary>Of what ought to be there.</summary>
    public static Fingerprint Of(HardState hard, StoreState snapshot, Entry[] entries, ulong newestSnapshot)
    {
        var state = StoreMachine.Apply(snapshot, entries, []);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var entry in entries.Where(entry => entry.Index > newestSnapshot))
        {
            digest.AppendData(BitConverter.GetBytes(entry.Index));
            digest.AppendData(BitConverter.GetBytes(entry.Term));
            digest.AppendData([(byte)entry.Kind]);
            digest.AppendData(entry.Data.Span);
        }

        return new Fingerprint(
            $"{hard.Term}.{hard.Vote}.{hard.Commit}", state.AppliedIndex, state.AppliedTerm, state.StateHash(),
            Convert.ToHexString(digest.GetHashAndReset()));
    }
}
