// Short questions to other members: lease calls and changes of the membership for the leader, and the
// member list of a cluster to join. Each URL is tried in turn; no answer is an answer.
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Kv.Node.Engine;
using Kv.Node.Grpc;
using Kv.Node.Ports;

namespace Kv.Node.Peers;

/// <summary>Asks other members.</summary>
/// <param name="options">Limits and identity; the ids are 0 while this member has none yet.</param>
internal sealed class PeerClient(PeerOptions options) : IPeerQuestions, IClusterSearch, IDisposable
{
    private readonly HttpClient _client = PeerHttp.CreateClient(options);

    public async Task<long[]?> RenewLeasesAsync(PeerAddress leader, long[] ids, CancellationToken token)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new LeaseRenewalCall(ids), PeerJson.Default.LeaseRenewalCall);
        var renewal = await AskAsync(leader, PeerPaths.LeaseRenew, body, PeerJson.Default.LeaseRenewal, token);
        return renewal?.Ttls.Length == ids.Length ? renewal.Ttls : null;
    }

    public async Task<LeaseTime?> LeaseTimeToLiveAsync(PeerAddress leader, long id, CancellationToken token)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new LeaseCall(id), PeerJson.Default.LeaseCall);
        return await AskAsync(leader, PeerPaths.LeaseTimeToLive, body, PeerJson.Default.LeaseTime, token);
    }

    public async Task<KeySpaceHash?> HashKvAsync(PeerAddress member, long revision, CancellationToken token)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new HashQuestion(revision), PeerJson.Default.HashQuestion);
        return (await AskAsync(member, PeerPaths.HashKv, body, PeerJson.Default.HashDocument, token, HttpMethod.Get))?.ToHash();
    }

    public async Task<MembershipResult?> ChangeMembershipAsync(
        PeerAddress leader, MembershipRequest change, CancellationToken token)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(MembershipCall.Of(change), PeerJson.Default.MembershipCall);
        foreach (var url in leader.Urls)
        {
            try
            {
                using var request = PeerHttp.CreateRequest(HttpMethod.Post, url, PeerPaths.MembershipChange, options, leader.Id);
                request.Content = new ByteArrayContent(body);
                using var response = await _client.SendAsync(request, token);
                if (!response.IsSuccessStatusCode)
                {
                    return null;
                }

                await using var answer = await response.Content.ReadAsStreamAsync(token);
                return (await PeerDocuments.ReadAsync(answer, PeerJson.Default.MembershipAnswer, token))?.ToResult();
            }
            catch (HttpRequestException problem) when (
                problem.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError)
            {
                // It was not asked; the next URL may answer.
            }
            catch (Exception problem) when (problem is HttpRequestException or IOException or JsonException)
            {
                throw EtcdErrors.TimeoutDueToConnectionLost;
            }
        }

        return null;
    }

    public async Task<IReadOnlyList<RemoteCluster>> FindClustersAsync(
        IEnumerable<Uri> urls, TimeSpan patience, CancellationToken token)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(patience);
        var answers = await Task.WhenAll(urls.Select(url => FindClusterAsync(url, limit.Token, token)));
        return [.. answers.OfType<RemoteCluster>()];
    }

    public void Dispose() => _client.Dispose();

    private async Task<RemoteCluster?> FindClusterAsync(Uri url, CancellationToken limit, CancellationToken token)
    {
        try
        {
            using var request = PeerHttp.CreateRequest(HttpMethod.Get, url, PeerPaths.Members, options, 0);
            using var response = await _client.SendAsync(request, limit);
            if (response.IsSuccessStatusCode && ReadClusterId(response.Headers) is var clusterId and not 0)
            {
                await using var body = await response.Content.ReadAsStreamAsync(limit);
                var members = await PeerDocuments.ReadAsync(body, PeerJson.Default.MemberDocumentArray, limit) ?? [];
                return new RemoteCluster(url, clusterId, [.. members.Select(member => member.ToMember())]);
            }
        }
        catch (Exception problem) when (IsNoAnswer(problem, token))
        {
            // The others may answer.
        }

        return null;
    }

    private async Task<T?> AskAsync<T>(
        PeerAddress peer, string path, byte[] body, JsonTypeInfo<T> answerType, CancellationToken token,
        HttpMethod? method = null)
    {
        foreach (var url in peer.Urls)
        {
            using var limit = LimitOf(token);
            try
            {
                using var request = PeerHttp.CreateRequest(method ?? HttpMethod.Post, url, path, options, peer.Id);
                request.Content = new ByteArrayContent(body);
                using var response = await _client.SendAsync(request, limit.Token);
                if (!response.IsSuccessStatusCode)
                {
                    return default;
                }

                await using var answer = await response.Content.ReadAsStreamAsync(limit.Token);
                return await PeerDocuments.ReadAsync(answer, answerType, limit.Token);
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
