// Short questions to other members: lease calls to the leader, and the member list of a cluster to
// join. Each URL is tried in turn; no answer is an answer.
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Kv.Node.Ports;

namespace Kv.Node.Peers;

/// <summary>Asks other members.</summary>
/// <param name="options">Limits and identity; the ids are 0 while this member has none yet.</param>
internal sealed class PeerClient(PeerOptions options) : IDisposable
{
    private readonly HttpClient _client = PeerHttp.CreateClient(options);

    /// <summary>Renews leases at the leader.</summary>
    /// <returns>Granted seconds of each, 0 if there is no such lease; null if that member did not answer
    /// or does not lead.</returns>
    public async Task<long[]?> RenewLeasesAsync(PeerAddress leader, long[] ids, CancellationToken token)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new LeaseRenewalCall(ids), PeerJson.Default.LeaseRenewalCall);
        var renewal = await AskAsync(leader, PeerPaths.LeaseRenew, body, PeerJson.Default.LeaseRenewal, token);
        return renewal?.Ttls.Length == ids.Length ? renewal.Ttls : null;
    }

    /// <summary>Asks the leader how long a lease still has.</summary>
    /// <returns>The time; null if that member did not answer or does not lead.</returns>
    public async Task<LeaseTime?> LeaseTimeToLiveAsync(PeerAddress leader, long id, CancellationToken token)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new LeaseCall(id), PeerJson.Default.LeaseCall);
        return await AskAsync(leader, PeerPaths.LeaseTimeToLive, body, PeerJson.Default.LeaseTime, token);
    }

    /// <summary>Asks members of a running cluster who its members are.</summary>
    /// <returns>The first answer; null if nobody answered.</returns>
    public async Task<RemoteCluster?> FindClusterAsync(IEnumerable<Uri> urls, CancellationToken token)
    {
        foreach (var url in urls)
        {
            using var limit = LimitOf(token);
            try
            {
                using var request = PeerHttp.CreateRequest(HttpMethod.Get, url, PeerPaths.Members, options, 0);
                using var response = await _client.SendAsync(request, limit.Token);
                if (response.IsSuccessStatusCode && ReadClusterId(response.Headers) is var clusterId and not 0)
                {
                    await using var body = await response.Content.ReadAsStreamAsync(limit.Token);
                    var members = await JsonSerializer.DeserializeAsync(body, PeerJson.Default.MemberDocumentArray, limit.Token) ?? [];
                    return new RemoteCluster(clusterId, [.. members.Select(member => member.ToMember())]);
                }
            }
            catch (Exception problem) when (IsNoAnswer(problem, token))
            {
                // The next one may answer.
            }
        }

        return null;
    }

    public void Dispose() => _client.Dispose();

    private async Task<T?> AskAsync<T>(
        PeerAddress peer, string path, byte[] body, JsonTypeInfo<T> answerType, CancellationToken token)
    {
        foreach (var url in peer.Urls)
        {
            using var limit = LimitOf(token);
            try
            {
                using var request = PeerHttp.CreateRequest(HttpMethod.Post, url, path, options, peer.Id);
                request.Content = new ByteArrayContent(body);
                using var response = await _client.SendAsync(request, limit.Token);
                if (!response.IsSuccessStatusCode)
                {
                    return default;
                }

                await using var answer = await response.Content.ReadAsStreamAsync(limit.Token);
                return await JsonSerializer.DeserializeAsync(answer, answerType, limit.Token);
            }
            catch (Exception problem) when (IsNoAnswer(problem, token))
            {
                // The next URL may answer.
            }
        }

        return default;
    }

    private CancellationTokenSource LimitOf(CancellationToken token)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(options.WriteTimeout);
        return limit;
    }

    private static bool IsNoAnswer(Exception problem, CancellationToken token) =>
        problem is HttpRequestException or IOException or JsonException
        || (problem is OperationCanceledException && !token.IsCancellationRequested);

    private static ulong ReadClusterId(HttpResponseHeaders headers) =>
        headers.TryGetValues(PeerHeaders.ClusterId, out var values)
            && ulong.TryParse(values.First(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id)
            ? id
            : 0;
}
