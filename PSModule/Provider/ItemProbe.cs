// What is at a path: a key, a folder, both or nothing.

using System.Threading.Tasks;
using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Errors;

namespace Kv.PowerShell.Provider;

internal readonly struct ItemProbe(KeyValue? row, bool isFolder)
{
    /// <summary>The key with its value, if there is one.</summary>
    public KeyValue? Row { get; } = row;

    /// <summary>True if keys are below it.</summary>
    public bool IsFolder { get; } = isFolder;

    public bool Exists => IsFolder || Row is not null;

    /// <summary>Asks for both at once.</summary>
    public static async Task<ItemProbe> ReadAsync(KvClient client, string path, KvCall call)
    {
        var below = KeyRange.Prefix(KvPath.ToFolder(path));
        var key = new RangeRequest { Key = KvPath.ToKey(path) };
        var folder = new RangeRequest { Key = below.Start, RangeEnd = below.End, KeysOnly = true, Limit = 1 };
        try
        {
            var answer = await client.ReadTxnAsync([new RequestOp { Range = key }, new RequestOp { Range = folder }], call).ConfigureAwait(false);
            return new ItemProbe(First(answer.Responses[0].Range), First(answer.Responses[1].Range) is not null);
        }
        catch (KvAuthorizationException failure) when (failure.ErrorId == KvErrorId.PermissionDenied)
        {
            // A user may have the right to a folder's keys and not to the key of its name, or the other way round.
            var row = await TryAsync(client, key, call).ConfigureAwait(false);
            var inner = await TryAsync(client, folder, call).ConfigureAwait(false);
            if (row is null && inner is null)
            {
                throw;
            }

            return new ItemProbe(First(row), First(inner) is not null);
        }
    }

    private static async Task<RangeResponse?> TryAsync(KvClient client, RangeRequest request, KvCall call)
    {
        try
        {
            return await client.RangeAsync(request, call).ConfigureAwait(false);
        }
        catch (KvAuthorizationException refusal) when (refusal.ErrorId == KvErrorId.PermissionDenied)
        {
            return null;
        }
    }

    private static KeyValue? First(RangeResponse? response) => response is { Kvs.Length: > 0 } ? response.Kvs[0] : null;
}
