// docs/recovery.md as a test reads it: its sections, and in each the blocks of commands with the host they are for.
using System.Text.RegularExpressions;
using Compat.Harness;

namespace Compat.Recovery;

/// <summary>One block of commands.</summary>
/// <param name="Host">Number of the host, from 0.</param>
/// <param name="Commands">What is to be typed there.</param>
internal sealed record RecoveryBlock(int Host, string Commands);

/// <summary>The page.</summary>
internal static partial class RecoveryPage
{
    /// <summary>The blocks of every section that has any.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<RecoveryBlock>> Sections { get; } = Read();

    private static Dictionary<string, IReadOnlyList<RecoveryBlock>> Read()
    {
        var text = File.ReadAllText(Path.Combine(Tools.Scripts, "../docs/recovery.md"));
        var sections = new Dictionary<string, IReadOnlyList<RecoveryBlock>>();
        foreach (var section in text.Split("\n## ")[1..])
        {
            var blocks = Block().Matches(section)
                .Select(match => new RecoveryBlock(match.Groups[1].Value[0] - '1', match.Groups[2].Value))
                .ToArray();
            if (blocks.Length > 0)
            {
                sections.Add(section[..section.IndexOf('\n')], blocks);
            }
        }

        return sections;
    }

    [GeneratedRegex("^```sh n([1-3])\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
