// What completers of short lists of names share: one cached question to the connected cluster.

using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Threading.Tasks;
using Kv.PowerShell.Client;

namespace Kv.PowerShell.Completion;

/// <summary>Base of the completers that offer all names of a kind.</summary>
public abstract class NameCompleterBase : IArgumentCompleter
{
    private protected abstract string Question { get; }

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
        return [.. CompletionCache.Get(connection, Question, NamesAsync)
            .Where(name => name.StartsWith(start, StringComparison.OrdinalIgnoreCase))
            .Select(static name => CompletionText.Result(name, true, name))];
    }

    private protected abstract Task<string[]> NamesAsync(KvClient client, KvCall call);
}
