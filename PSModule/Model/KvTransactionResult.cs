// What a transaction came to.

namespace Kv.PowerShell.Model;

/// <summary>The result of a transaction.</summary>
public sealed class KvTransactionResult
{
    internal KvTransactionResult(bool succeeded, long revision, KvOperationResult[] results)
    {
        Succeeded = succeeded;
        Revision = revision;
        Result = results;
    }

    /// <summary>True if all guards held, so that -Then was done, and not -Else.</summary>
    public bool Succeeded { get; }

    /// <summary>The revision of the store after it.</summary>
    public long Revision { get; }

    /// <summary>One result for each operation done, in their order.</summary>
    public KvOperationResult[] Result { get; }

    /// <summary>The branch taken and the revision.</summary>
    public override string ToString() =>
        System.FormattableString.Invariant($"{(Succeeded ? "Then" : "Else")} @{Revision}");
}
