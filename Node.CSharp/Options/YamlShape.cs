// Looks over a YAML text before the library makes nodes of it, which it does level by level and by comparing keys:
// nesting without end, or a key that contains itself, would end the process without a word, and a key made of
// aliases of aliases would keep it busy for ever. A file of settings has none of these.
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Kv.Node.Options;

/// <summary>Refuses texts that no file of settings looks like.</summary>
/// <param name="fileName">For the message.</param>
internal sealed class YamlShape(string fileName)
{
    /// <summary>Levels that are followed; a setting is on the fourth at most.</summary>
    private const int DepthMax = 32;

    /// <summary>What is open, outermost first: whether it is a map, and whether its next node is a key.</summary>
    private readonly Stack<(bool IsMap, bool IsKeyNext)> _open = new();

    /// <summary>Looks over a text.</summary>
    /// <exception cref="OptionsException">It is nested too deep, or has keys that are not texts.</exception>
    /// <exception cref="YamlException">It is no YAML.</exception>
    public static void Check(string text, string fileName)
    {
        var shape = new YamlShape(fileName);
        var parser = new Parser(new StringReader(text));
        while (parser.MoveNext())
        {
            shape.Take(parser.Current!);
        }
    }

    private void Take(ParsingEvent next)
    {
        switch (next)
        {
            case MappingStart or SequenceStart:
                TakeNode(next);
                _open.Push((next is MappingStart, true));
                if (_open.Count > DepthMax)
                {
                    throw new OptionsException($"{fileName}({next.Start.Line}): nested deeper than {DepthMax} levels; no setting is");
                }

                break;
            case MappingEnd or SequenceEnd:
                _open.Pop();
                break;
            case Scalar or AnchorAlias:
                TakeNode(next);
                break;
            default:
                break;
        }
    }

    private void TakeNode(ParsingEvent node)
    {
        if (!_open.TryPop(out var parent))
        {
            return;
        }

        if (parent is (true, true) && node is not Scalar)
        {
            throw new OptionsException($"{fileName}({node.Start.Line}): a key is not a text");
        }

        _open.Push(parent with { IsKeyNext = !parent.IsKeyNext });
    }
}
