// The calls of etcd's auth service.

using System.Threading.Tasks;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Errors;

namespace Kv.PowerShell.Client;

internal static class AuthCalls
{
    private const string Path = "/v3/auth/";

    /// <summary>etcd 3.4 does not have this call. It says whether authentication is on when it is asked to log
    /// somebody in, and nothing more.</summary>
    public static async Task<AuthStatusResponse> AuthStatusAsync(this KvClient client, KvCall call)
    {
        try
        {
            return await client.SendAsync<AuthStatusResponse>(Path + "status", EmptyRequest.Instance, true, call).ConfigureAwait(false);
        }
        catch (KvProtocolException failure) when (failure.Code == KvStatusCode.Unimplemented)
        {
            return new AuthStatusResponse { Enabled = await RefusesLoginsAsync(client, call).ConfigureAwait(false) };
        }
    }

    private static async Task<bool> RefusesLoginsAsync(KvClient client, KvCall call)
    {
        try
        {
            await client.SendAsync<PlainResponse>(Path + "authenticate", EmptyRequest.Instance, true, call).ConfigureAwait(false);
            return true;
        }
        catch (KvException refusal) when (refusal is not (KvConnectionException or KvTimeoutException))
        {
            return !KvLogin.SaysAuthIsOff(refusal);
        }
    }

    public static Task<PlainResponse> AuthEnableAsync(this KvClient client, bool isEnabled, KvCall call) =>
        client.SendAsync<PlainResponse>(Path + (isEnabled ? "enable" : "disable"), EmptyRequest.Instance, false, call);

    public static Task<AuthListResponse> AuthReadAsync(this KvClient client, string path, object request, KvCall call) =>
        client.SendAsync<AuthListResponse>(Path + path, request, true, call);

    /// <summary>Changes a user or role; the path is what follows /v3/auth/.</summary>
    public static Task<PlainResponse> AuthChangeAsync(this KvClient client, string path, object request, KvCall call) =>
        client.SendAsync<PlainResponse>(Path + path, request, false, call);
}
