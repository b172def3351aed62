// Reads an interval in pages, all at the revision of the first, so that rows reach the pipeline while
// later ones are still on the server and memory stays bounded. Page sizes follow the size of the rows.
// A sort other than by ascending key needs the whole interval at once and is one request.

using System;
using System.Threading.Tasks;
using Kv.PowerShell.Client.Json;

namespace Kv.PowerShell.Client;

internal sealed class RangePager
{
    private const long FirstPageRows = 256;
    private const long PageRowsMax = 10_000;
    private const long PageBytes = 4 * 1024 * 1024;

    private readonly KvClient _client;
    private readonly RangeRequest _next;
    private readonly bool _isLimited;
    private readonly bool _isPaged;
    private long _left;
    private long _pageRows = FirstPageRows;
    private bool _isDone;

    /// <param name="client">Where to read.</param>
    /// <param name="template">What to read; not changed.</param>
    /// <param name="limit">Rows in all; 0 for no limit.</param>
    public RangePager(KvClient client, RangeRequest template, long limit)
    {
        _client = client;
        _next = template.Clone();
        _isPaged = template.RangeEnd is not null && template.SortOrder is null;
        _isLimited = limit > 0;
        _left = limit;
    }

    /// <summary>The store's revision when the first page was read.</summary>
    public long Revision { get; private set; }

    /// <summary>The next page, or null after the last.</summary>
    public async Task<KeyValue[]?> NextAsync(KvCall call)
    {
        if (_isDone)
        {
            return null;
        }

        _next.Limit = _isPaged ? (_isLimited ? Math.Min(_left, _pageRows) : _pageRows) : _left;
        var page = await _client.RangeAsync(_next, call).ConfigureAwait(false);
        Revision = Revision == 0 ? page.Header?.Revision ?? 0 : Revision;
        Advance(page);
        return page.Kvs;
    }

    private void Advance(RangeResponse page)
    {
        _left = _isLimited ? _left - page.Kvs.Length : 0;
        if (!_isPaged || !page.More || page.Kvs.Length == 0 || (_isLimited && _left <= 0))
        {
            _isDone = true;
            return;
        }

        var last = page.Kvs[page.Kvs.Length - 1].Key;
        var start = new byte[last.Length + 1];
        Array.Copy(last, start, last.Length);
        _next.Key = start;
        _next.Revision = _next.Revision > 0 ? _next.Revision : Revision;

        long bytes = 1;
        foreach (var row in page.Kvs)
        {
            bytes += row.Key.Length + row.Value.Length;
        }

        _pageRows = Math.Max(1, Math.Min(PageRowsMax, PageBytes * page.Kvs.Length / bytes));
    }
}
