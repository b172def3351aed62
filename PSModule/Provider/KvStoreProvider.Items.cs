// Reading and changing items.

using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Threading.Tasks;
using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Provider;

/// <content>Items.</content>
public sealed partial class KvStoreProvider
{
    /// <inheritdoc/>
    protected override void GetItem(string path)
    {
        var item = Probe(path);
        if (item.Row is { } row)
        {
            Emit(row, path);
        }
        else if (item.IsFolder)
        {
            EmitFolder(path);
        }
    }

    /// <summary>Stores a value, whether or not the key is there.</summary>
    protected override void SetItem(string path, object? value) => Try(path, () =>
    {
        if (ShouldProcess(path, "Set"))
        {
            Emit(Put(path, ValueWriter.Write(value, false, 0), false), path);
        }
    });

    /// <summary>Stores an empty value.</summary>
    protected override void ClearItem(string path) => SetItem(path, string.Empty);

    /// <summary>Makes a key; with -Force also if it is there.</summary>
    protected override void NewItem(string path, string? itemTypeName, object? newItemValue) => Try(path, () =>
    {
        if (!string.IsNullOrEmpty(itemTypeName) && !"Key".Equals(itemTypeName, System.StringComparison.OrdinalIgnoreCase))
        {
            throw new KvValueException(
                KvErrorId.FolderNotStored,
                ErrorCategory.InvalidArgument,
                $"An item of type '{itemTypeName}' cannot be made: folders are not stored, they are there as long as keys are below them.")
            {
                RecommendedAction = "Make a key below it.",
            };
        }

        if (ShouldProcess(path, "New"))
        {
            Emit(Put(path, ValueWriter.Write(newItemValue ?? string.Empty, false, 0), !Force), path);
        }
    });

    /// <summary>Removes a key; with recurse, all keys below it too, at once.</summary>
    protected override void RemoveItem(string path, bool recurse) => Try(path, () =>
    {
        if (!ShouldProcess(path, "Remove"))
        {
            return;
        }

        var below = KeyRange.Prefix(KvPath.ToFolder(path));
        var key = new DeleteRangeRequest { Key = KvPath.ToKey(path) };
        var folder = new DeleteRangeRequest { Key = below.Start, RangeEnd = below.End };
        DeleteRangeRequest[] deletes = !recurse ? [key] : IsRoot(path) ? [folder] : [key, folder];
        Send((client, call) => client.TxnAsync(
            new TxnRequest { Success = [.. deletes.Select(static d => new RequestOp { DeleteRange = d })] }, call));
    });

    /// <inheritdoc/>
    protected override void GetChildItems(string path, bool recurse) => GetChildItems(path, recurse, uint.MaxValue);

    /// <inheritdoc/>
    protected override void GetChildItems(string path, bool recurse, uint depth) => Try(path, () =>
    {
        if (recurse)
        {
            EmitAll(path, depth);
            return;
        }

        List(path, false, (row, folder) =>
        {
            if (row is not null)
            {
                Emit(row, KvPath.FromKey(row.Key));
            }
            else
            {
                EmitFolder(PathOfFolder(folder!));
            }
        });
    });

    /// <inheritdoc/>
    protected override void GetChildNames(string path, ReturnContainers returnContainers) => Try(path, () =>
        List(path, true, (row, folder) =>
        {
            var inner = row is null ? PathOfFolder(folder!) : KvPath.FromKey(row.Key);
            WriteItemObject(GetChildName(inner), inner, row is null);
        }));

    /// <inheritdoc/>
    protected override void CopyItem(string path, string copyPath, bool recurse) => Transfer(path, copyPath, recurse, false);

    /// <inheritdoc/>
    protected override void MoveItem(string path, string destination) => Transfer(path, destination, true, true);

    /// <inheritdoc/>
    protected override void RenameItem(string path, string newName)
    {
        var names = KvPath.Names(path);
        Transfer(path, KvPath.Join([.. names.Take(names.Length - 1), .. KvPath.Names(newName)]), true, true);
    }

    private static string PathOfFolder(byte[] start) => KvPath.FromKey([.. start.Take(start.Length - 1)]);

    private KeyValue Put(string path, byte[] value, bool mustBeNew)
    {
        var key = KvPath.ToKey(path);
        var read = new RequestOp { Range = new RangeRequest { Key = key } };
        var request = new TxnRequest
        {
            Compare = mustBeNew ? [new Compare { Target = "CREATE", Key = key, CreateRevision = 0 }] : [],
            Success = [new RequestOp { Put = new PutRequest { Key = key, Value = value } }, read],
            Failure = [read],
        };
        var answer = Send((client, call) => client.TxnAsync(request, call));
        var row = answer.Responses[answer.Responses.Length - 1].Range!.Kvs[0];
        return answer.Succeeded
            ? row
            : throw new KvConflictException(
                $"The key '{KvText.Decode(key)}' exists; -Force replaces it. Nothing was written.", new KvKey(row, ValueForm.Text));
    }

    private void Emit(KeyValue row, string path) => WriteItemObject(new KvKey(row, ValueForm.Text), path, false);

    private void EmitFolder(string path) => WriteItemObject(new KvFolder(KvPath.ToFolder(path)), path, true);

    private void List(string path, bool keysOnly, System.Action<KeyValue?, byte[]?> emit)
    {
        var listing = new FolderListing(Connection.Client, KvPath.ToFolder(path), keysOnly);
        while (Send((_, call) => listing.NextAsync(call)) is { } page)
        {
            page.ForEach(entry => emit(entry.Row, entry.Folder));
        }
    }

    /// <summary>Everything below a path with one range: each folder when its first key comes.</summary>
    private void EmitAll(string path, uint depth)
    {
        var top = KvPath.Names(path).Length;
        string[] last = [];
        Scan(path, false, row =>
        {
            var inner = KvPath.FromKey(row.Key);
            var names = KvPath.Names(inner);
            for (var i = top + 1; i < names.Length && i - top - 1 <= depth; i++)
            {
                if (last.Length <= i || !last.Take(i).SequenceEqual(names.Take(i)))
                {
                    EmitFolder(KvPath.Join(names.Take(i)));
                }
            }

            if (names.Length - top - 1 <= depth)
            {
                Emit(row, inner);
            }

            last = names;
        });
    }

    private void Scan(string path, bool keysOnly, System.Action<KeyValue> take)
    {
        var range = KeyRange.Prefix(KvPath.ToFolder(path));
        var pager = new RangePager(Connection.Client, new RangeRequest { Key = range.Start, RangeEnd = range.End, KeysOnly = keysOnly }, 0);
        while (Send((_, call) => pager.NextAsync(call)) is { } page)
        {
            foreach (var row in page)
            {
                take(row);
            }
        }
    }

    /// <summary>Copies or moves a key, and what is below it, each in as few transactions as a server takes.</summary>
    private void Transfer(string path, string destination, bool recurse, bool isMove) => Try(path, () =>
    {
        var source = Probe(path);
        var target = Probe(destination).IsFolder ? MakePath(destination, GetChildName(path)) : destination;
        var (from, to) = (KvPath.ToKey(path), KvPath.ToKey(target));
        List<(byte[] From, byte[] To)> pairs = source.Row is null ? [] : [(from, to)];
        if (recurse && source.IsFolder)
        {
            // The values are read with the transactions.
            Scan(path, true, row => pairs.Add((row.Key, [.. to, .. row.Key.Skip(from.Length)])));
        }

        if (pairs.Count == 0 || !ShouldProcess(path, $"{(isMove ? "Move" : "Copy")} to {target}"))
        {
            return;
        }

        for (var i = 0; i < pairs.Count; i += KeyTransfer.PairsMax)
        {
            var part = pairs.GetRange(i, System.Math.Min(KeyTransfer.PairsMax, pairs.Count - i));
            foreach (var row in Send((client, call) => TransferAsync(new KeyTransfer(client, part, isMove, Force), call)))
            {
                Emit(row, KvPath.FromKey(row.Key));
            }
        }
    });

    private static async Task<KeyValue[]> TransferAsync(KeyTransfer transfer, KvCall call)
    {
        await transfer.ReadAsync(call).ConfigureAwait(false);
        return await transfer.WriteAsync(call).ConfigureAwait(false);
    }
}
