// The end of a node's log file, followed from where it was when the node was started: is the node
// ready, and if it fails, what did it say last.

using System;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace Kv.PowerShell.Cluster;

internal sealed class NodeLog
{
    private const string ReadyMark = "ready to serve client requests";
    private const int TailLines = 20;

    private readonly string _path;
    private readonly Queue<string> _tail = new();
    private readonly StringBuilder _line = new();
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private long _position;

    public NodeLog(string path)
    {
        _path = path;
        _position = File.Exists(path) ? new FileInfo(path).Length : 0;
    }

    /// <summary>True once the ready line was seen by <see cref="Read"/>.</summary>
    public bool IsReady { get; private set; }

    public string Tail => string.Join(Environment.NewLine, _tail);

    /// <summary>Takes in what was written since the last call.</summary>
    public void Read()
    {
        if (!File.Exists(_path))
        {
            return;
        }

        using var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Seek(_position, SeekOrigin.Begin);
        var bytes = new byte[16 * 1024];
        var chars = new char[Encoding.UTF8.GetMaxCharCount(bytes.Length)];
        int read;
        while ((read = file.Read(bytes, 0, bytes.Length)) > 0)
        {
            _position += read;
            Take(chars, _decoder.GetChars(bytes, 0, read, chars, 0));
        }
    }

    private void Take(char[] chars, int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (chars[i] != '\n')
            {
                _line.Append(chars[i]);
                continue;
            }

            var line = _line.ToString().TrimEnd('\r');
            _line.Clear();
            IsReady |= line.Contains(ReadyMark);
            _tail.Enqueue(line);
            if (_tail.Count > TailLines)
            {
                _tail.Dequeue();
            }
        }
    }
}
