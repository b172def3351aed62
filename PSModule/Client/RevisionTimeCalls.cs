// Which revision was the newest at a time. Each member of Kv remembers that for itself, so all are asked until
// one knows; etcd has no such thing.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading.Tasks;
using Kv.PowerShell.Errors;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Kv.PowerShell.Client;

internal static class RevisionTimeCalls
{
    private const int Ok = 200;

    /// <summary>The revision at a time.</summary>
    /// <exception cref="KvException">No member knows it, or none could be asked.</exception>
    public static async Task<long> RevisionAtAsync(this KvClient client, DateTime time, KvCall call)
    {
        var at = new DateTimeOffset(time).ToUnixTimeMilliseconds();
        var deadline = new KvDeadline(call.Timeout, call.Stop);
        var answers = new List<string>();
        foreach (var endpoint in client.Endpoints.InOrder())
        {
            using var limit = deadline.Slice(client.Endpoints.Count - answers.Count);
            try
            {
                var path = FormattableString.Invariant($"/kv/revision?at={at}");
                var (status, text) = await client.GetAsync(endpoint, path, call, limit.Token).ConfigureAwait(false);
                call.Verbose($"GET {endpoint.Text}{path}: {text.Trim()}");
                if (status == Ok)
                {
                    return (long)JObject.Parse(text)["revision"]!;
                }

                answers.Add($"{endpoint.Text}: {Reason(text)}");
            }
            catch (KvException failure)
            {
                answers.Add(failure.Message.TrimEnd('.'));
            }
        }

        throw new KvNotFoundException(
            KvErrorId.TimeUnknown,
            $"No member knows which revision was the newest at {time.ToString("o", CultureInfo.InvariantCulture)}: {string.Join("; ", answers)}.")
        {
            EndsCommand = true,
            RecommendedAction = "Give -Revision instead. Members of Kv remember times since they were started first, for a bounded time; etcd remembers none.",
        };
    }

    private static string Reason(string text)
    {
        try
        {
            return (string?)JObject.Parse(text)["error"] ?? text;
        }
        catch (JsonException)
        {
            return "it keeps no such memory, as etcd does not";
        }
    }
}
