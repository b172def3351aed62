// What the cmdlets have that ask a registry: which one, how long, and TLS as Connect-KvCluster has it.

using System;
using System.Management.Automation;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Kv.PowerShell.Client;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

/// <summary>Base of the cmdlets that ask a registry of discovery.</summary>
public abstract class RegistryCommandBase : KvCommandBase
{
    private const int TimeoutDefault = 10;

    /// <summary>Seconds one request may take.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int TimeoutSec { get; set; } = TimeoutDefault;

    /// <summary>The certificate to show to a registry that asks for one, with its private key.</summary>
    [Parameter]
    [ValidateNotNull]
    public X509Certificate2? Certificate { get; set; }

    /// <summary>Authorities that may have signed the registry's certificate, instead of the system's.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public X509Certificate2[]? CACertificate { get; set; }

    /// <summary>Accept any certificate of the registry.</summary>
    [Parameter]
    public SwitchParameter SkipCertificateCheck { get; set; }

    /// <summary>The registry where none is named: where the default connection leads, else this machine.</summary>
    private protected static Uri DefaultRegistry =>
        new(Session.Default is { IsOpen: true } connection ? connection.CurrentEndpoint : "http://127.0.0.1:2379");

    /// <summary>Makes a token.</summary>
    private protected KvDiscoveryToken NewToken(Uri registry, int size) =>
        Ask(registry, (client, token) => client.NewTokenAsync(registry, size, token));

    /// <summary>Asks the registry at that address.</summary>
    private protected T Ask<T>(Uri address, Func<DiscoveryRegistry, CancellationToken, Task<T>> request)
    {
        using var http = new KvHttp(new KvClientOptions
        {
            ClientCertificate = Certificate,
            Authorities = new X509Certificate2Collection(CACertificate ?? []),
            SkipCertificateCheck = SkipCertificateCheck,
        });
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(TimeSpan.FromSeconds(TimeoutSec));
        WriteVerbose($"GET {address}");
        try
        {
            return Wait(request(new DiscoveryRegistry(http), limit.Token));
        }
        catch (OperationCanceledException)
        {
            throw new KvTimeoutException(FormattableString.Invariant($"{address} did not answer within {TimeoutSec} s."))
            {
                Code = KvStatusCode.DeadlineExceeded,
            };
        }
        catch (Exception exception) when (TransportError.Is(exception))
        {
            throw TransportError.ToException(exception, new KvEndpoint(address));
        }
    }
}
