// A node read by GET, with what is in it. Without recursion over the tree: its depth is the client's
// to choose.
using Kv.Core.V2;

namespace Kv.Node.V2;

/// <summary>Writes the answer to a GET.</summary>
internal sealed class V2Listing(V2Json json, bool isRecursive, long nowNs)
{
    private readonly Stack<(V2Node Node, V2Node[] Children, int Next)> _open = new();
    private readonly List<byte> _path = [];

    /// <summary>Writes the event "get" with this node.</summary>
    public void Write(byte[] path, V2Node node)
    {
        _path.AddRange(path);
        json.Action(V2Action.Get);
        json.Field("\"node\":"u8);
        Start(node, isRoot: true);
        while (_open.TryPop(out var directory))
        {
            if (directory.Next == directory.Children.Length)
            {
                json.Raw("]"u8);
                End(directory.Node);
                continue;
            }

            var child = directory.Children[directory.Next];
            json.Raw(directory.Next > 0 ? ","u8 : default);
            _open.Push(directory with { Next = directory.Next + 1 });
            _path.Add((byte)'/');
            _path.AddRange(child.Name.Span);
            Start(child, isRoot: false);
        }

        json.Raw("}\n"u8);
    }

    private void Start(V2Node node, bool isRoot)
    {
        json.NodeStart(
            System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_path),
            !node.IsDirectory,
            node.Value.Span,
            node.IsDirectory,
            node.ExpiresNs,
            V2Time.TtlSeconds(node.ExpiresNs, nowNs));
        var children = node.IsDirectory && (isRoot || isRecursive)
            ? Array.FindAll(node.Children(), child => !child.IsHidden)
            : [];
        if (children.Length == 0)
        {
            End(node);
            return;
        }

        json.Field("\"nodes\":["u8);
        _open.Push((node, children, 0));
    }

    private void End(V2Node node)
    {
        json.NodeEnd(node.ModifiedIndex, node.CreatedIndex);
        if (_open.Count > 0)
        {
            var length = node.Name.Length + 1;
            _path.RemoveRange(_path.Count - length, length);
        }
    }
}
