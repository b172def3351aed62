// The membership as etcdctl sees and changes it.
using System.Text.Json;

namespace Compat.Harness;

/// <summary>A row of <c>etcdctl member list</c>.</summary>
internal sealed record MemberRow(string Id, bool IsStarted, string Name, string PeerUrls, string ClientUrls, bool IsLearner);

/// <summary>etcdctl's member commands.</summary>
internal static class Membership
{
    public static async Task<MemberRow[]> ListAsync(string endpoints)
    {
        var text = await EtcdCtl.RunAsync(endpoints, "member", "list");
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(", ")).Select(
            cells => new MemberRow(cells[0], cells[1] == "started", cells[2], cells[3], cells[4], cells[5] == "true"))];
    }

    /// <summary>The hex id of the member at a node's peer URL.</summary>
    public static async Task<string> IdOfAsync(string endpoints, Node node) =>
        (await ListAsync(endpoints)).Single(row => row.PeerUrls == node.PeerUrl).Id;

    /// <summary>Adds a node; asks again while the cluster says it is not healthy enough yet.</summary>
    public static Task AddAsync(string endpoints, Node node, bool isLearner = true)
    {
        string[] command = ["member", "add", node.Name, $"--peer-urls={node.PeerUrl}"];
        return RetryAsync(endpoints, "unhealthy cluster", isLearner ? [.. command, "--learner"] : command);
    }

    /// <summary>Promotes a learner; asks again until it is in sync, as kubeadm does.</summary>
    public static async Task PromoteAsync(string endpoints, Node node) =>
        await RetryAsync(endpoints, "in sync with leader", "member", "promote", await IdOfAsync(endpoints, node));

    /// <summary>Removes a node; asks again while the cluster says it is not healthy enough yet.</summary>
    public static async Task RemoveAsync(string endpoints, Node node) =>
        await RetryAsync(endpoints, "unhealthy cluster", "member", "remove", await IdOfAsync(endpoints, node));

    /// <summary>Adds a learner, starts it and makes it a voter: how a cluster grows without a stall.</summary>
    public static async Task GrowAsync(string endpoints, Node node)
    {
        await AddAsync(endpoints, node);
        await node.Start().WhenReadyAsync();
        await PromoteAsync(endpoints, node);
    }

    /// <summary>Posts to the JSON form.</summary>
    /// <returns>Status, and the code and message of an error.</returns>
    public static async Task<(int Status, int Code, string Message)> PostAsync(string url, string action, string json)
    {
        using var http = new HttpClient { BaseAddress = new Uri(url) };
        using var content = new StringContent(json);
        using var answer = await http.PostAsync(new Uri($"/v3/cluster/member/{action}", UriKind.Relative), content);
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return body.RootElement.TryGetProperty("message", out var message)
            ? ((int)answer.StatusCode, body.RootElement.GetProperty("code").GetInt32(), message.GetString()!)
            : ((int)answer.StatusCode, 0, "");
    }

    private static Task RetryAsync(string endpoints, string reason, params string[] command) =>
        Eventually.Holds(
            async () =>
            {
                var result = await EtcdCtl.TryAsync(endpoints, command);
                return result.ExitCode == 0
                    ? true
                    : result.Error.Contains(reason, StringComparison.Ordinal)
                        ? false
                        : throw new InvalidOperationException($"etcdctl {string.Join(' ', command)}: {result.Error}");
            },
            $"etcdctl {string.Join(' ', command)}",
            TimeSpan.FromMinutes(1));
}
