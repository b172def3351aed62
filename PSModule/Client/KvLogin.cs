// The login of a connection: the token the server gave for the user's name and password, fetched when
// first needed and again when the server does not take it any more. A refused token means that
// nothing was done, so what was refused may be sent again.

using System;
using System.Management.Automation;
using System.Net;
using System.Security;
using System.Threading;
using System.Threading.Tasks;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Errors;

namespace Kv.PowerShell.Client;

internal sealed class KvLogin(PSCredential? credential, SecureString? given) : IDisposable
{
    private const string Path = "/v3/auth/authenticate";

    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile string? _token;
    private volatile bool _isAuthOff;

    /// <summary>The user of ETCDCTL_USER (name:password, or a name with ETCDCTL_PASSWORD); null if unset.</summary>
    public static PSCredential? FromEnvironment()
    {
        var user = Environment.GetEnvironmentVariable("ETCDCTL_USER");
        if (string.IsNullOrEmpty(user))
        {
            return null;
        }

        var colon = user!.IndexOf(':');
        var password = colon >= 0 ? user.Substring(colon + 1) : Environment.GetEnvironmentVariable("ETCDCTL_PASSWORD");
        return string.IsNullOrEmpty(password)
            ? null
            : new PSCredential(colon >= 0 ? user.Substring(0, colon) : user, Protect(password!));
    }

    public void Dispose() => _gate.Dispose();

    /// <summary>True if a refusal with this text may end by logging in anew.</summary>
    public bool MayHaveExpired(string? text) => credential is not null && text is not null
        && (text.Contains("invalid auth token") || text.Contains("revision of auth store is old") || text.Contains("user name is empty"));

    /// <summary>True if a login was refused because nobody needs one.</summary>
    public static bool SaysAuthIsOff(KvException refusal) => refusal.Message.Contains("authentication is not enabled");

    /// <summary>Makes the next call log in anew.</summary>
    public void Forget()
    {
        _token = null;
        _isAuthOff = false;
    }

    /// <summary>Sends with the token, and once more with a new one if the server does not take it.</summary>
    public async Task<T> UseAsync<T>(
        KvHttp http, KvEndpoint endpoint, Func<string?, Task<T>> send, Action<string> note, CancellationToken stop)
    {
        if (credential is null)
        {
            return await send(given is null ? null : Plain(given)).ConfigureAwait(false);
        }

        var token = await TokenAsync(http, endpoint, credential, stop).ConfigureAwait(false);
        try
        {
            return await send(token).ConfigureAwait(false);
        }
        catch (KvException refusal) when (MayHaveExpired(refusal.Message))
        {
            note($"{endpoint.Text} does not take the login any more ({refusal.Message}); logging in again.");
            Forget();
            return await send(await TokenAsync(http, endpoint, credential, stop).ConfigureAwait(false)).ConfigureAwait(false);
        }
    }

    private async Task<string?> TokenAsync(KvHttp http, KvEndpoint endpoint, PSCredential user, CancellationToken stop)
    {
        if (_token is not null || _isAuthOff)
        {
            return _token;
        }

        await _gate.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            if (_token is null && !_isAuthOff)
            {
                var body = GatewayJson.Write(new UserRequest
                {
                    Name = user.UserName,
                    Password = Plain(user.Password),
                });
                _token = (await http.PostAsync<AuthenticateResponse>(endpoint, Path, body, null, stop).ConfigureAwait(false)).Token;
            }

            return _token;
        }
        catch (KvException refusal) when (SaysAuthIsOff(refusal))
        {
            // As etcd's own clients do: the name is not needed, so it is not asked for again.
            _isAuthOff = true;
            return null;
        }
        finally
        {
            _gate.Release();
        }
    }

    private static string Plain(SecureString text) => new NetworkCredential(string.Empty, text).Password;

    private static SecureString Protect(string text)
    {
        var secure = new SecureString();
        foreach (var c in text)
        {
            secure.AppendChar(c);
        }

        secure.MakeReadOnly();
        return secure;
    }
}
