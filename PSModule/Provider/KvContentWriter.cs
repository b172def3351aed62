// Collects what Set-Content and Add-Content write and stores it once, at the end: lines become one text, bytes
// one value, and with -AsJson one object or all in an array.

using System;
using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Provider;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Provider;

internal sealed class KvContentWriter(ContentParameters? form, Action<byte[]> store, Func<byte[]> current) : IContentWriter
{
    private readonly List<object?> _items = [];
    private bool _appends;
    private bool _isClosed;

    public IList Write(IList content)
    {
        _items.AddRange(content.Cast<object?>());
        return content;
    }

    /// <summary>Only Add-Content seeks, to the end.</summary>
    public void Seek(long offset, SeekOrigin origin) => _appends = origin == SeekOrigin.End;

    public void Close()
    {
        if (_isClosed)
        {
            return;
        }

        _isClosed = true;
        var value = Value();
        store(_appends ? [.. current(), .. value] : value);
    }

    public void Dispose()
    {
    }

    private byte[] Value()
    {
        if (form?.AsJson == true)
        {
            return ValueWriter.Write(_items.Count == 1 ? _items[0] : _items.ToArray(), true, ValueWriter.DepthDefault);
        }

        if (_items.Count == 1)
        {
            return ValueWriter.Write(_items[0], false, 0);
        }

        var plain = _items.ConvertAll(static i => i is PSObject wrapped ? wrapped.BaseObject : i);
        return plain.Count > 0 && plain.TrueForAll(static i => i is byte)
            ? [.. plain.Cast<byte>()]
            : KvText.Encode(string.Join("\n", _items.Select(static i => KvText.Decode(ValueWriter.Write(i, false, 0)))));
    }
}
