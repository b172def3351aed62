// Completes names of members of the connected cluster.

using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Threading.Tasks;
using Kv.PowerShell.Client;

namespace Kv.PowerShell.Completion;

/// <summary>Completes names of members.</summary>
public sealed class KvMemberCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters)
    {
        if (CompletionCache.Connection(fakeBoundParameters) is not { IsOpen: true } connection)
        {
            return [];
        }

        var start = CompletionText.Unquote(wordToComplete);
        return [.. CompletionCache.Get(connection, "members", NamesAsync)
            .Where(name => name.StartsWith(start, StringComparison.OrdinalIgnoreCase))
            .Select(static name => CompletionText.Result(name, true, name))];
    }

    private static async Task<string[]> NamesAsync(KvClient client, KvCall call)
    {
        var response = await client.MemberListAsync(call).ConfigureAwait(false);
        return [.. response.Members.Select(static m => m.Name ?? string.Empty).Where(static n => n.Length > 0)];
    }
}
