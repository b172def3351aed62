// What is directly in a folder: keys, and folders once each. After a folder is seen, reading goes on behind
// all of its keys, so that a folder with a million of them costs no more than one with a hundred.

using System.Collections.Generic;
using System.Threading.Tasks;
using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Provider;

internal sealed class FolderListing(KvClient client, byte[] folder, bool keysOnly)
{
    private const long PageRows = 100;
    private const byte Separator = (byte)KvPath.Separator;

    private readonly RangeRequest _next = new()
    {
        Key = KeyRange.Prefix(folder).Start,
        RangeEnd = KeyRange.Prefix(folder).End,
        KeysOnly = keysOnly,
        Limit = PageRows,
    };

    private byte[]? _lastFolder;
    private bool _isDone;

    /// <summary>The next entries in order, all of one revision: of each, the key, or the beginning of the keys
    /// in a folder. Null after the last.</summary>
    public async Task<List<(KeyValue? Row, byte[]? Folder)>?> NextAsync(KvCall call)
    {
        if (_isDone)
        {
            return null;
        }

        var page = await client.RangeAsync(_next, call).ConfigureAwait(false);
        var entries = new List<(KeyValue?, byte[]?)>();
        foreach (var row in page.Kvs)
        {
            var inner = FolderOf(row.Key);
            if (inner is null)
            {
                entries.Add((row, null));
            }
            else if (_lastFolder is null || ByteOrder.Compare(inner, _lastFolder) != 0)
            {
                entries.Add((null, inner));
            }

            _lastFolder = inner;
        }

        _isDone = !page.More || page.Kvs.Length == 0;
        if (!_isDone)
        {
            _next.Revision = _next.Revision > 0 ? _next.Revision : page.Header?.Revision ?? 0;
            _next.Key = _lastFolder is null ? [.. page.Kvs[page.Kvs.Length - 1].Key, 0] : KeyRange.Prefix(_lastFolder).End!;
        }

        return entries;
    }

    /// <summary>The folder in this one that a key is in; null if it is directly in this one.</summary>
    private byte[]? FolderOf(byte[] key)
    {
        var end = System.Array.IndexOf(key, Separator, folder.Length);
        if (end < 0)
        {
            return null;
        }

        var inner = new byte[end + 1];
        System.Array.Copy(key, inner, inner.Length);
        return inner;
    }
}
