// Which intervals contain a key: a treap ordered by start, each node knowing the greatest end below
// it (an interval tree). Equal intervals share a node, so a thousand watchers of one prefix are one.
namespace Kv.Node.Watch;

/// <summary>Watchers of key intervals.</summary>
internal sealed class RangeTree
{
    private Node? _root;

    public void Add(Watcher watcher) => _root = Add(_root, watcher);

    /// <summary>Takes out a watcher that is in the tree.</summary>
    public void Remove(Watcher watcher) => _root = Remove(_root, watcher);

    /// <summary>Adds to <paramref name="into"/> every watcher whose interval contains the key.</summary>
    public void Find(ReadOnlySpan<byte> key, List<Watcher> into) => Find(_root, key, into);

    /// <summary>Adds every watcher.</summary>
    public void AddAllTo(List<Watcher> into) => AddAll(_root, into);

    private static Node Add(Node? node, Watcher watcher)
    {
        if (node is null)
        {
            return new Node(watcher);
        }

        var order = Compare(watcher.Range, node.Range);
        if (order == 0)
        {
            node.Bag.Add(watcher);
            return node;
        }

        if (order < 0)
        {
            node.Left = Add(node.Left, watcher);
            return node.Left.Priority > node.Priority ? RotateRight(node) : node.Refresh();
        }

        node.Right = Add(node.Right, watcher);
        return node.Right.Priority > node.Priority ? RotateLeft(node) : node.Refresh();
    }

    private static Node? Remove(Node? node, Watcher watcher)
    {
        if (node is null)
        {
            throw new InvalidOperationException("the watcher is not in the tree");
        }

        var order = Compare(watcher.Range, node.Range);
        if (order < 0)
        {
            node.Left = Remove(node.Left, watcher);
            return node.Refresh();
        }

        if (order > 0)
        {
            node.Right = Remove(node.Right, watcher);
            return node.Refresh();
        }

        node.Bag.Remove(watcher);
        return node.Bag.Count > 0 ? node : Join(node.Left, node.Right);
    }

    /// <summary>One tree of two, all of whose left keys are before the right ones.</summary>
    private static Node? Join(Node? left, Node? right)
    {
        if (left is null || right is null)
        {
            return left ?? right;
        }

        if (left.Priority > right.Priority)
        {
            left.Right = Join(left.Right, right);
            return left.Refresh();
        }

        right.Left = Join(left, right.Left);
        return right.Refresh();
    }

    private static void Find(Node? node, ReadOnlySpan<byte> key, List<Watcher> into)
    {
        while (node is not null && IsBefore(key, node.GreatestEnd))
        {
            Find(node.Left, key, into);
            if (key.SequenceCompareTo(node.Range.Start.Span) < 0)
            {
                return;
            }

            if (IsBefore(key, node.Range.End))
            {
                into.AddRange(node.Bag.Watchers);
            }

            node = node.Right;
        }
    }

    private static void AddAll(Node? node, List<Watcher> into)
    {
        if (node is not null)
        {
            AddAll(node.Left, into);
            into.AddRange(node.Bag.Watchers);
            AddAll(node.Right, into);
        }
    }

    private static Node RotateRight(Node node)
    {
        var top = node.Left!;
        node.Left = top.Right;
        top.Right = node.Refresh();
        return top.Refresh();
    }

    private static Node RotateLeft(Node node)
    {
        var top = node.Right!;
        node.Right = top.Left;
        top.Left = node.Refresh();
        return top.Refresh();
    }

    private static int Compare(in WatchRange a, in WatchRange b)
    {
        var order = a.Start.Span.SequenceCompareTo(b.Start.Span);
        return order != 0 ? order : CompareEnds(a.End, b.End);
    }

    /// <summary>An empty end is after all others.</summary>
    private static int CompareEnds(ReadOnlyMemory<byte> a, ReadOnlyMemory<byte> b) =>
        a.IsEmpty ? (b.IsEmpty ? 0 : 1) : b.IsEmpty ? -1 : a.Span.SequenceCompareTo(b.Span);

    private static bool IsBefore(ReadOnlySpan<byte> key, ReadOnlyMemory<byte> end) =>
        end.IsEmpty || key.SequenceCompareTo(end.Span) < 0;

    private sealed class Node
    {
        public Node(Watcher watcher)
        {
            Range = watcher.Range;
            GreatestEnd = Range.End;
            Bag.Add(watcher);
        }

        public WatchRange Range { get; }

        public WatcherBag Bag { get; } = new();

        /// <summary>Keeps the tree balanced in expectation, whatever the order of arrival.</summary>
        public int Priority { get; } = Random.Shared.Next();

        /// <summary>Of this node and all below it; empty is greatest.</summary>
        public ReadOnlyMemory<byte> GreatestEnd { get; private set; }

        public Node? Left { get; set; }

        public Node? Right { get; set; }

        public Node Refresh()
        {
            var greatest = Range.End;
            if (Left is not null && CompareEnds(Left.GreatestEnd, greatest) > 0)
            {
                greatest = Left.GreatestEnd;
            }

            if (Right is not null && CompareEnds(Right.GreatestEnd, greatest) > 0)
            {
                greatest = Right.GreatestEnd;
            }

            GreatestEnd = greatest;
            return this;
        }
    }
}
