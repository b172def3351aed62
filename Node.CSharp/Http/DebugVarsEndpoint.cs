// /debug/vars: what Go's expvar shows of etcd, as far as it means something here: how the process was
// started, its memory, and Raft's view of the cluster. Values of secret flags are masked.
using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Kv.Core.Raft;
using Kv.Node.Engine;
using Kv.Node.Options;

namespace Kv.Node.Http;

/// <summary>Serves <c>/debug/vars</c>.</summary>
internal sealed class DebugVarsEndpoint(NodeEngine engine)
{
    private const string Mask = "***";

    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    public async Task ServeAsync(HttpContext context)
    {
        if (!await ShortText.RefuseUnlessGetAsync(context))
        {
            await ShortText.JsonAsync(context.Response, Describe(Environment.GetCommandLineArgs(), engine.MemberId, engine.Raft));
        }
    }

    /// <summary>The document.</summary>
    internal static string Describe(string[] arguments, ulong member, RaftStatus raft)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Indented))
        {
            json.WriteStartObject();
            WriteCommandLine(json, arguments);
            WriteMemory(json);
            WriteRaft(json, member, raft);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    private static void WriteCommandLine(Utf8JsonWriter json, string[] arguments)
    {
        json.WriteStartArray("cmdline");
        var isSecret = false;
        foreach (var argument in arguments)
        {
            var name = argument.TrimStart('-').Split('=')[0];
            var flag = argument.StartsWith('-') ? FlagTable.Find(name) : null;
            var hasValue = argument.Contains('=', StringComparison.Ordinal);
            json.WriteStringValue(
                isSecret ? Mask
                : flag is { IsSecret: true } && hasValue ? string.Concat(argument.AsSpan(0, argument.IndexOf('=') + 1), Mask)
                : argument);
            isSecret = flag is { IsSecret: true } && !hasValue;
        }

        json.WriteEndArray();
    }

    /// <summary>Go's names, for what this runtime knows too.</summary>
    private static void WriteMemory(Utf8JsonWriter json)
    {
        var info = GC.GetGCMemoryInfo();
        json.WriteStartObject("memstats");
        var allocated = GC.GetTotalMemory(forceFullCollection: false);
        json.WriteNumber("Alloc", allocated);
        json.WriteNumber("TotalAlloc", GC.GetTotalAllocatedBytes());
        json.WriteNumber("Sys", Environment.WorkingSet);
        json.WriteNumber("HeapAlloc", allocated);
        json.WriteNumber("HeapSys", info.TotalCommittedBytes);
        json.WriteNumber("HeapIdle", info.FragmentedBytes);
        json.WriteNumber("NumGC", GC.CollectionCount(0));
        json.WriteNumber("PauseTotalNs", (long)GC.GetTotalPauseDuration().TotalNanoseconds);
        json.WriteEndObject();
    }

    private static void WriteRaft(Utf8JsonWriter json, ulong member, RaftStatus raft)
    {
        json.WriteStartObject("raft.status");
        json.WriteString("id", Hex(member));
        json.WriteNumber("term", raft.Term);
        json.WriteNumber("commit", raft.Commit);
        json.WriteString("lead", Hex(raft.Leader));
        json.WriteString("raftState", $"State{raft.Role}");
        json.WriteNumber("applied", raft.Applied);
        json.WriteStartObject("progress");
        foreach (var follower in raft.Followers)
        {
            json.WriteStartObject(Hex(follower.Node));
            json.WriteNumber("match", follower.Match);
            json.WriteNumber("next", follower.Next);
            json.WriteString("state", follower.IsInSnapshot ? "StateSnapshot" : "StateReplicate");
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string Hex(ulong id) => id.ToString("x", CultureInfo.InvariantCulture);
}
