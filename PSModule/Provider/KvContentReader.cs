// The value of a key as Get-Content reads it: one object, or with -AsByteStream its bytes.

using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Management.Automation.Provider;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Provider;

internal sealed class KvContentReader(byte[] value, string path, ContentParameters? form) : IContentReader
{
    private int _position;

    private bool IsStream => form?.AsByteStream == true;

    private int Length => IsStream ? value.Length : 1;

    public IList Read(long readCount)
    {
        var items = new List<object?>();
        while (_position < Length && (readCount <= 0 || items.Count < readCount))
        {
            items.Add(IsStream
                ? value[_position]
                : ValueReader.Read(value, form?.AsJson == true ? ValueForm.Json : ValueForm.Text, path));
            _position++;
        }

        return items;
    }

    public void Seek(long offset, SeekOrigin origin)
    {
        var start = origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => _position, _ => Length };
        _position = (int)System.Math.Max(0, System.Math.Min(Length, start + offset));
    }

    public void Close()
    {
    }

    public void Dispose()
    {
    }
}
