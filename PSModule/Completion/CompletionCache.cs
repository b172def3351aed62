// Answers of completers, kept for two seconds, since pressing Tab again must not ask again; and the
// time limit: whatever is not there in 250 ms is not offered.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Kv.PowerShell.Client;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using Kv.PowerShell.Session;

namespace Kv.PowerShell.Completion;

internal static class CompletionCache
{
    private const int EntriesMax = 64;
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(250);
    private static readonly object Gate = new();
    private static readonly Dictionary<string, (DateTime Until, string[] Texts)> Entries = [];

    /// <summary>The connection the command will use, from what is bound already; null if none.</summary>
    public static KvConnection? Connection(System.Collections.IDictionary bound)
    {
        var given = bound["Connection"];
        var connection = (given is System.Management.Automation.PSObject wrapped ? wrapped.BaseObject : given) as KvConnection;
        return connection ?? KvSession.Current?.Default;
    }

    /// <summary>The texts for this question; none if the answer does not come in time.</summary>
    public static string[] Get(KvConnection connection, string question, Func<KvClient, KvCall, Task<string[]>> ask)
    {
        var entry = FormattableString.Invariant($"{connection.Id} {question}");
        lock (Gate)
        {
            if (Entries.TryGetValue(entry, out var known) && known.Until > DateTime.UtcNow)
            {
                return known.Texts;
            }
        }

        try
        {
            using var limit = new CancellationTokenSource(Budget);
            var texts = ask(connection.Client, new KvCall(Budget, limit.Token)).GetAwaiter().GetResult();
            Keep(entry, texts);
            return texts;
        }
        catch (Exception exception) when (exception is KvException or OperationCanceledException or ObjectDisposedException)
        {
            return [];
        }
    }

    private static void Keep(string entry, string[] texts)
    {
        lock (Gate)
        {
            if (Entries.Count >= EntriesMax)
            {
                foreach (var old in Entries.Where(static e => e.Value.Until <= DateTime.UtcNow).Select(static e => e.Key).ToList())
                {
                    Entries.Remove(old);
                }
            }

            if (Entries.Count < EntriesMax)
            {
                Entries[entry] = (DateTime.UtcNow + Age, texts);
            }
        }
    }
}
