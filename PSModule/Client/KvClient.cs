// The calls of etcd's JSON gateway that the cmdlets use, sent to whichever endpoint works. Reads go to
// the next endpoint after any failure to reach one; writes only if the request certainly was not sent,
// since trying again could write twice.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Management.Automation;
using System.Net.Http;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Errors;

namespace Kv.PowerShell.Client;

internal sealed class KvClient(KvClientOptions options) : IDisposable
{
    private const string SecretPaths = "/v3/auth/";

    public KvClientOptions Options { get; } = options;

    public KvHttp Http { get; } = new(options);

    /// <summary>The token of the user who logs in, if anybody does.</summary>
    public KvLogin Login { get; } = new(options.Credential, options.Token);

    public KvEndpoints Endpoints { get; } = new(options.Endpoints);

    public void Dispose()
    {
        Login.Dispose();
        Http.Dispose();
    }

    public Task<RangeResponse> RangeAsync(RangeRequest request, KvCall call) =>
        SendAsync<RangeResponse>("/v3/kv/range", request, true, call);

    /// <summary>The newest revision of the store.</summary>
    public async Task<long> RevisionAsync(KvCall call) =>
        (await RangeAsync(new RangeRequest { Key = [0], CountOnly = true }, call).ConfigureAwait(false)).Header?.Revision ?? 0;

    public Task<PutResponse> PutAsync(PutRequest request, KvCall call) =>
        SendAsync<PutResponse>("/v3/kv/put", request, false, call);

    public Task<DeleteRangeResponse> DeleteRangeAsync(DeleteRangeRequest request, KvCall call) =>
        SendAsync<DeleteRangeResponse>("/v3/kv/deleterange", request, false, call);

    public Task<TxnResponse> TxnAsync(TxnRequest request, KvCall call) =>
        SendAsync<TxnResponse>("/v3/kv/txn", request, false, call);

    /// <summary>A transaction that only reads.</summary>
    public Task<TxnResponse> ReadTxnAsync(RequestOp[] reads, KvCall call) =>
        SendAsync<TxnResponse>("/v3/kv/txn", new TxnRequest { Success = reads }, true, call);

    public Task<MemberListResponse> MemberListAsync(KvCall call) =>
        SendAsync<MemberListResponse>("/v3/cluster/member/list", EmptyRequest.Instance, true, call);

    public Task<MemberAddResponse> MemberAddAsync(MemberAddRequest request, KvCall call) =>
        SendAsync<MemberAddResponse>("/v3/cluster/member/add", request, false, call);

    public Task<MemberListResponse> MemberRemoveAsync(ulong id, KvCall call) =>
        SendAsync<MemberListResponse>("/v3/cluster/member/remove", new MemberChangeRequest { Id = id }, false, call);

    public Task<MemberListResponse> MemberPromoteAsync(ulong id, KvCall call) =>
        SendAsync<MemberListResponse>("/v3/cluster/member/promote", new MemberChangeRequest { Id = id }, false, call);

    public Task<MemberListResponse> MemberUpdateAsync(ulong id, string[] peerUrls, KvCall call) =>
        SendAsync<MemberListResponse>(
            "/v3/cluster/member/update", new MemberChangeRequest { Id = id, PeerUrls = peerUrls }, false, call);

    /// <summary>Asks this endpoint and no other.</summary>
    public Task<StatusResponse> StatusAsync(KvEndpoint endpoint, KvCall call) =>
        SendToAsync<StatusResponse>(endpoint, "/v3/maintenance/status", EmptyRequest.Instance, call);

    /// <summary>Makes one call to this endpoint and no other.</summary>
    public async Task<T> SendToAsync<T>(KvEndpoint endpoint, string path, object request, KvCall call)
        where T : class, IResponse
    {
        using var limit = new KvDeadline(call.Timeout, call.Stop).Slice(1);
        return await AttemptAsync<T>(endpoint, path, GatewayJson.Write(request), limit, call).ConfigureAwait(false);
    }

    /// <summary>Makes sure something accepts connections there, unless that is known.</summary>
    public async Task ReachAsync(KvEndpoint endpoint, CancellationToken token)
    {
        if (!endpoint.Proven && Options.Proxy is null)
        {
            await TcpProbe.ConnectAsync(endpoint.Uri, Options.ConnectTimeout, token).ConfigureAwait(false);
            endpoint.Proven = true;
        }
    }

    /// <summary>Gets what this endpoint and no other has at a path, whatever the status.</summary>
    public Task<(int Status, string Text)> GetAsync(KvEndpoint endpoint, string path, KvCall call, CancellationToken limit) =>
        TransportError.GuardAsync(endpoint, call, $"{endpoint.Text} did not answer in time.", async () =>
        {
            await ReachAsync(endpoint, limit).ConfigureAwait(false);
            return await Http.GetAsync(new Uri(endpoint.Uri, path), limit).ConfigureAwait(false);
        });

    /// <summary>Opens a streamed answer of this endpoint and no other, logged in if somebody does. The caller
    /// disposes it.</summary>
    public async Task<HttpResponseMessage> OpenStreamAsync(
        KvEndpoint endpoint, string path, byte[] body, Action<string> note, CancellationToken limit)
    {
        await ReachAsync(endpoint, limit).ConfigureAwait(false);
        return await Login.UseAsync(
            Http, endpoint, token => Http.OpenStreamAsync(endpoint, path, body, token, limit), note, limit).ConfigureAwait(false);
    }

    /// <summary>Makes one call. A read is tried on all endpoints, a write only where it was not sent before.</summary>
    public async Task<T> SendAsync<T>(string path, object request, bool isRead, KvCall call)
        where T : class, IResponse
    {
        var body = GatewayJson.Write(request);
        call.Debug($"{path} {(path.StartsWith(SecretPaths, StringComparison.Ordinal) ? "(secret)" : Encoding.UTF8.GetString(body))}");
        var deadline = new KvDeadline(call.Timeout, call.Stop);
        for (var retry = 0; ; retry++)
        {
            var failures = new List<KvException>();
            if (await TryAllAsync<T>(path, body, isRead, deadline, failures, call).ConfigureAwait(false) is { } response)
            {
                return response;
            }

            if (retry >= Options.RetryCount || deadline.Left <= Options.RetryInterval)
            {
                throw NoneLeft(failures);
            }

            call.Verbose($"{path}: {NoneLeft(failures).Message} It is tried again.");
            await Task.Delay(Options.RetryInterval, call.Stop).ConfigureAwait(false);
        }
    }

    /// <summary>Tries the endpoints in their order; null if none could be used, and nothing was sent unless it may be
    /// sent again.</summary>
    private async Task<T?> TryAllAsync<T>(
        string path, byte[] body, bool isRead, KvDeadline deadline, List<KvException> failures, KvCall call)
        where T : class, IResponse
    {
        var order = Endpoints.InOrder();
        foreach (var endpoint in order)
        {
            var left = order.Length - failures.Count;
            using var limit = deadline.Slice(isRead ? left : 1);
            try
            {
                var response = await AttemptAsync<T>(endpoint, path, body, limit, call).ConfigureAwait(false);
                if (failures.Count > 0)
                {
                    call.Warn($"{failures[failures.Count - 1].Message}; now using {endpoint.Text}.");
                    Endpoints.Prefer(endpoint);
                }

                return response;
            }
            catch (KvException failure) when (MayTryNext(failure, isRead))
            {
                failures.Add(failure);
            }
            catch (KvException failure) when (!isRead && failure is KvTimeoutException or KvConnectionException)
            {
                throw OutcomeUnknown(failure);
            }
        }

        return null;
    }

    private async Task<T> AttemptAsync<T>(
        KvEndpoint endpoint, string path, byte[] body, CancellationTokenSource limit, KvCall call)
        where T : class, IResponse
    {
        var elapsed = Stopwatch.StartNew();
        try
        {
            await ReachAsync(endpoint, limit.Token).ConfigureAwait(false);
            var response = await Login.UseAsync(
                    Http,
                    endpoint,
                    token => Http.PostAsync<T>(endpoint, path, body, token, limit.Token),
                    call.Verbose,
                    limit.Token)
                .ConfigureAwait(false);
            call.Verbose(FormattableString.Invariant(
                $"POST {endpoint.Text}{path}: revision {response.Header?.Revision ?? 0}, {elapsed.ElapsedMilliseconds} ms"));
            return response;
        }
        catch (OperationCanceledException) when (!call.Stop.IsCancellationRequested)
        {
            endpoint.Proven = false;
            call.Verbose($"POST {endpoint.Text}{path}: timed out");
            throw new KvTimeoutException(FormattableString.Invariant(
                $"{endpoint.Text} did not answer within {elapsed.Elapsed.TotalSeconds:0.#} s"))
            {
                Code = KvStatusCode.DeadlineExceeded,
                Endpoint = endpoint.Text,
            };
        }
        catch (Exception exception) when (TransportError.Is(exception) && !call.Stop.IsCancellationRequested)
        {
            endpoint.Proven = false;
            var failure = TransportError.ToException(exception, endpoint);
            call.Verbose($"POST {endpoint.Text}{path}: {failure.Message}");
            throw failure;
        }
        catch (KvException refusal)
        {
            call.Verbose($"POST {endpoint.Text}{path}: refused, {refusal.Message}");
            throw;
        }
    }

    private static bool MayTryNext(KvException failure, bool isRead) =>
        failure is KvConnectionException { NotSent: true }
        || (isRead && failure is KvConnectionException or KvTimeoutException);

    private static KvException OutcomeUnknown(KvException failure)
    {
        var message = failure.Message.TrimEnd('.') + ". Whether the write happened is unknown.";
        return failure is KvTimeoutException
            ? new KvTimeoutException(message, failure) { Code = failure.Code, Endpoint = failure.Endpoint }
            : new KvConnectionException(failure.ErrorId, failure.Category, message, failure)
            {
                Code = failure.Code,
                Endpoint = failure.Endpoint,
                RecommendedAction = "Read the key to see whether it was written.",
            };
    }

    private static KvException NoneLeft(List<KvException> failures)
    {
        var last = failures[failures.Count - 1];
        if (failures.TrueForAll(static f => f is KvTimeoutException))
        {
            return failures.Count == 1 ? last : new KvTimeoutException(Join(failures), last) { Code = last.Code };
        }

        var leaderless = failures.Find(static f => f.ErrorId == KvErrorId.NoLeader);
        return new KvConnectionException(
            leaderless?.ErrorId ?? KvErrorId.EndpointUnavailable,
            leaderless?.Category ?? ErrorCategory.ConnectionError,
            failures.Count == 1 ? last.Message : Join(failures),
            last)
        {
            Code = KvStatusCode.Unavailable,
            Endpoint = last.Endpoint,
            EndsCommand = leaderless is null,
            RecommendedAction = leaderless?.RecommendedAction
                ?? "Check that the cluster runs and that the endpoints given to Connect-KvCluster are right.",
        };
    }

    private static string Join(List<KvException> failures) =>
        $"None of the endpoints could be used: {string.Join("; ", failures.Select(static f => f.Message))}.";
}
