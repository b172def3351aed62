// The calls of etcd's auth service.

using System.Threading.Tasks;
using Kv.PowerShell.Client.Json;

namespace Kv.PowerShell.Client;

internal static class AuthCalls
{
    private const string Path = "/v3/auth/";

    public static Task<AuthStatusResponse> AuthStatusAsync(this KvClient client, KvCall call) =>
        client.SendAsync<AuthStatusResponse>(Path + "status", EmptyRequest.Instance, true, call);

    public static Task<PlainResponse> AuthEnableAsync(this KvClient client, bool isEnabled, KvCall call) =>
        client.SendAsync<PlainResponse>(Path + (isEnabled ? "enable" : "disable"), EmptyRequest.Instance, false, call);

    public static Task<AuthListResponse> AuthReadAsync(this KvClient client, string path, object request, KvCall call) =>
        client.SendAsync<AuthListResponse>(Path + path, request, true, call);

    /// <summary>Changes a user or role; the path is what follows /v3/auth/.</summary>
    public static Task<PlainResponse> AuthChangeAsync(this KvClient client, string path, object request, KvCall call) =>
        client.SendAsync<PlainResponse>(Path + path, request, false, call);
}
