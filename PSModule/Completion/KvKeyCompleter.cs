// Completes keys of the connected cluster.

using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Threading.Tasks;
using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Completion;

/// <summary>Completes keys.</summary>
public sealed class KvKeyCompleter : IArgumentCompleter
{
    private const int KeysMax = 50;

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
        var isPattern = parameterName == "Key" && !fakeBoundParameters.Contains("Prefix") && commandName != "Set-KvKey";
        var keys = CompletionCache.Get(connection, "key " + start, (client, call) => KeysAsync(client, start, call));
        return [.. keys.Select(key => CompletionText.Result(key, isPattern, key))];
    }

    private static async Task<string[]> KeysAsync(KvClient client, string start, KvCall call)
    {
        var range = KeyRange.Prefix(start);
        var request = new RangeRequest
        {
            Key = range.Start,
            RangeEnd = range.End,
            KeysOnly = true,
            Limit = KeysMax,
            Serializable = true,
        };
        var response = await client.RangeAsync(request, call).ConfigureAwait(false);
        return [.. response.Kvs.Select(static row => KvText.Decode(row.Key))];
    }
}
