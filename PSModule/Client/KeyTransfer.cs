// Copying and moving keys: a transaction, which happens only if the sources are still what was read and,
// unless it may replace, nothing is at the destinations.

using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Client;

internal sealed class KeyTransfer(KvClient client, IReadOnlyList<(byte[] From, byte[] To)> pairs, bool isMove, bool mayReplace)
{
    /// <summary>So many fit into one transaction of a server with etcd's default limit.</summary>
    public const int PairsMax = 32;

    private const int AttemptsMax = 5;

    private KeyValue[] _sources = [];

    /// <exception cref="KvNotFoundException">A source does not exist.</exception>
    public async Task ReadAsync(KvCall call)
    {
        var answer = await client.ReadTxnAsync([.. pairs.Select(static p => Read(p.From))], call).ConfigureAwait(false);
        _sources = [.. answer.Responses.Select((r, i) => r.Range?.Kvs.FirstOrDefault()
            ?? throw new KvNotFoundException(KvErrorId.KeyNotFound, $"The key '{KvText.Decode(pairs[i].From)}' does not exist."))];
    }

    /// <summary>Writes what was read; gives the rows at the destinations.</summary>
    /// <exception cref="KvConflictException">Something is at a destination, or a source changes all the time.</exception>
    /// <exception cref="KvNotFoundException">A source does not exist any more.</exception>
    public async Task<KeyValue[]> WriteAsync(KvCall call)
    {
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            var answer = await client.TxnAsync(Request(), call).ConfigureAwait(false);
            if (answer.Succeeded)
            {
                return [.. answer.Responses.Skip(answer.Responses.Length - pairs.Count).Select(static r => r.Range!.Kvs[0])];
            }

            if (!mayReplace && answer.Responses.Select(static r => r.Range?.Kvs.FirstOrDefault()).FirstOrDefault(static r => r is not null) is { } there)
            {
                throw new KvConflictException(
                    $"The key '{KvText.Decode(there.Key)}' exists; -Force replaces it. Nothing was written.", new KvKey(there, ValueForm.Text));
            }

            await ReadAsync(call).ConfigureAwait(false);
        }

        throw new KvConflictException($"The key '{KvText.Decode(pairs[0].From)}' changed each time it was read. Nothing was written.", null);
    }

    private static RequestOp Read(byte[] key) => new() { Range = new RangeRequest { Key = key } };

    private TxnRequest Request()
    {
        var unchanged = _sources.Select(static row => new Compare { Target = "MOD", Key = row.Key, ModRevision = row.ModRevision });
        var free = pairs.Select(static p => new Compare { Target = "CREATE", Key = p.To, CreateRevision = 0 });
        var puts = _sources.Select((row, i) => new RequestOp
        {
            Put = new PutRequest { Key = pairs[i].To, Value = row.Value, Lease = row.Lease },
        });
        var deletes = _sources.Select(static row => new RequestOp { DeleteRange = new DeleteRangeRequest { Key = row.Key } });
        var reads = pairs.Select(static p => Read(p.To)).ToArray();
        return new TxnRequest
        {
            Compare = mayReplace ? [.. unchanged] : [.. unchanged, .. free],
            Success = isMove ? [.. puts, .. deletes, .. reads] : [.. puts, .. reads],
            Failure = reads,
        };
    }
}
