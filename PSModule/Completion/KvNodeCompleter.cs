// Completes names of local nodes, from their cluster files.

using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;
using Kv.PowerShell.Cluster;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Session;

namespace Kv.PowerShell.Completion;

/// <summary>Completes names of local nodes.</summary>
public sealed class KvNodeCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters)
    {
        if (KvSession.Current is not { } session)
        {
            return [];
        }

        var start = CompletionText.Unquote(wordToComplete);
        try
        {
            return [.. ClusterStore.Clusters(session, null).SelectMany(static c => c.Nodes())
                .Where(node => node.Name.StartsWith(start, StringComparison.OrdinalIgnoreCase))
                .Select(static node => CompletionText.Result(node.Name, true, $"{node.State} {node.ClientUrl}"))];
        }
        catch (KvException)
        {
            return [];
        }
    }
}
