// Connect-KvCluster: asks every endpoint who it is, and makes the connection if at least one answers
// and all that do belong to one cluster. Defaults are those of etcdctl.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using Kv.PowerShell.Provider;
using Kv.PowerShell.Session;

namespace Kv.PowerShell.Commands;

/// <summary>Connects to a cluster.</summary>
[Cmdlet(VerbsCommunications.Connect, "KvCluster")]
[OutputType(typeof(KvConnection))]
public sealed class ConnectKvClusterCommand : KvCommandBase
{
    private readonly List<string> _given = [];

    /// <summary>host:port or URLs. Without it: the local cluster started last in this session, else
    /// ETCDCTL_ENDPOINTS, else http://127.0.0.1:2379.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Endpoints", "ClientUrl")]
    [ValidateNotNullOrEmpty]
    public string[]? Endpoint { get; set; }

    /// <summary>Add the client URLs of all members to the endpoints.</summary>
    [Parameter]
    public SwitchParameter DiscoverMember { get; set; }

    /// <summary>Do not make this the default connection.</summary>
    [Parameter]
    public SwitchParameter NoDefault { get; set; }

    /// <summary>Seconds one attempt to reach an endpoint may take.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int ConnectionTimeoutSeconds { get; set; } = 3;

    /// <summary>Seconds one operation may take unless a cmdlet is given -TimeoutSec.</summary>
    [Parameter]
    [Alias("TimeoutSec")]
    [ValidateRange(1, 86400)]
    public int OperationTimeoutSeconds { get; set; } = 10;

    /// <summary>How often a request that reached no endpoint is tried again, within the time of the operation.</summary>
    [Parameter]
    [ValidateRange(0, 10000)]
    public int MaximumRetryCount { get; set; }

    /// <summary>Seconds before it is tried again.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int RetryIntervalSec { get; set; } = 1;

    /// <summary>The proxy to go through; without it none is used.</summary>
    [Parameter]
    [ValidateNotNull]
    public Uri? Proxy { get; set; }

    /// <summary>The versions of TLS to speak; without it, what the system allows.</summary>
    [Parameter]
    public SslProtocols SslProtocol { get; set; } = SslProtocols.None;

    /// <summary>The thumbprint of the certificate to show, in the store My of the user or the machine, instead of
    /// -Certificate.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CertificateThumbprint { get; set; }

    /// <summary>The certificate to show to servers that ask for one, with its private key.</summary>
    [Parameter]
    [ValidateNotNull]
    public X509Certificate2? Certificate { get; set; }

    /// <summary>The file of the certificate to show, PEM or PFX, instead of -Certificate. Without both:
    /// ETCDCTL_CERT.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CertificateFile { get; set; }

    /// <summary>The file of the private key of -CertificateFile, if it is not in that file. Without
    /// both: ETCDCTL_KEY.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? KeyFile { get; set; }

    /// <summary>The file of the authorities that may have signed the servers' certificates, PEM or DER, instead
    /// of -CACertificate. Without both: that of the local cluster if it is the one connected to, else
    /// ETCDCTL_CACERT. Empty means none, as nodes without TLS say when they are piped.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    public string? CACertificateFile { get; set; }

    /// <summary>Authorities that may have signed the servers' certificates, instead of the system's.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public X509Certificate2[]? CACertificate { get; set; }

    /// <summary>Accept any server certificate; also with ETCDCTL_INSECURE_SKIP_TLS_VERIFY=true.</summary>
    [Parameter]
    public SwitchParameter SkipCertificateCheck { get; set; }

    /// <summary>The user to log in as, for clusters with authentication. Without it: ETCDCTL_USER, as
    /// name:password or as a name with ETCDCTL_PASSWORD.</summary>
    [Parameter]
    [Credential]
    [ValidateNotNull]
    public PSCredential? Credential { get; set; }

    /// <summary>A token of the cluster, or one signed for it (--auth-token jwt), instead of -Credential. It is not
    /// renewed.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Token { get; set; }

    /// <summary>Send the password to other machines without TLS.</summary>
    [Parameter]
    public SwitchParameter AllowUnencryptedAuthentication { get; set; }

    /// <summary>Make a drive of this name, such as kv, that shows the keys as items.</summary>
    [Parameter]
    [ValidatePattern("^[^:;~/\\\\.]+$")]
    public string? Drive { get; set; }

    /// <summary>What all keys of the drive begin with, such as app/ or /registry; without it the drive shows all.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Prefix { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => _given.AddRange(Endpoint ?? []);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        KvClient? client = null;
        try
        {
            CheckParameters();
            client = new KvClient(Options(Wanted().Select(KvEndpoint.Parse)));
            CheckLogin(client.Options);
            var answers = Probe(client);
            if (DiscoverMember)
            {
                client = Discover(client);
            }

            var connection = new KvConnection(client, answers[0].Header?.ClusterId ?? 0, answers[0].Version);
            client = null;
            MakeDrive(connection);
            Session.Add(connection, !NoDefault);
            WriteObject(connection);
        }
        catch (KvException failure)
        {
            End(failure, Wanted().ToArray());
        }
        finally
        {
            client?.Dispose();
        }
    }

    private void CheckParameters()
    {
        var conflict = Credential is not null && Token is not null ? "-Credential and -Token cannot be used together."
            : Prefix is not null && Drive is null ? "-Prefix is for the drive of -Drive, which is missing."
            : null;
        if (conflict is not null)
        {
            throw new KvConnectionException(KvErrorId.ParameterConflict, ErrorCategory.InvalidArgument, conflict)
            {
                EndsCommand = true,
            };
        }
    }

    private void MakeDrive(KvConnection connection)
    {
        if (Drive is null)
        {
            return;
        }

        var provider = SessionState.Provider.GetOne(KvStoreProvider.ProviderName);
        var drive = new PSDriveInfo(Drive, provider, Prefix ?? string.Empty, $"Keys of {connection}", null);
        try
        {
            SessionState.Drive.New(new KvDrive(drive, KvPath.FromPrefix(drive.Root), connection), "global");
        }
        catch (SessionStateException exception)
        {
            connection.Dispose();
            ThrowTerminatingError(exception.ErrorRecord);
        }
    }

    /// <summary>The local cluster, if it is the one connected to because no endpoint was named.</summary>
    private LocalAccess? Local => _given.Count == 0 ? Session.LastStarted : null;

    private IEnumerable<string> Wanted()
    {
        IEnumerable<string> texts = _given;
        if (_given.Count == 0)
        {
            texts = Local?.ClientUrls ?? [Variable("ETCDCTL_ENDPOINTS") ?? "http://127.0.0.1:2379"];
        }

        return texts.SelectMany(static t => t.Split(',')).Select(static t => t.Trim())
            .Where(static t => t.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase);
    }

    private KvClientOptions Options(IEnumerable<KvEndpoint> endpoints) => new()
    {
        Endpoints = [.. endpoints],
        ConnectTimeout = TimeSpan.FromSeconds(ConnectionTimeoutSeconds),
        OperationTimeout = TimeSpan.FromSeconds(OperationTimeoutSeconds),
        RetryCount = MaximumRetryCount,
        RetryInterval = TimeSpan.FromSeconds(RetryIntervalSec),
        Proxy = Proxy,
        SslProtocols = SslProtocol,
        ClientCertificate = ClientCertificate(),
        Authorities = new X509Certificate2Collection(Authorities()),
        SkipCertificateCheck = SkipCertificateCheck
            || string.Equals(Environment.GetEnvironmentVariable("ETCDCTL_INSECURE_SKIP_TLS_VERIFY"), "true", StringComparison.OrdinalIgnoreCase),
        Token = Token,
        Credential = Credential ?? (Token is null ? KvLogin.FromEnvironment() : null),
    };

    private X509Certificate2? ClientCertificate()
    {
        if (CertificateThumbprint is not null)
        {
            return CertificateFiles.FromStore(CertificateThumbprint);
        }

        var file = CertificateFile ?? (Certificate is null ? Variable("ETCDCTL_CERT") : null);
        var key = KeyFile ?? (CertificateFile is null ? Variable("ETCDCTL_KEY") : null);
        if (file is null && KeyFile is not null)
        {
            throw new KvConnectionException(
                KvErrorId.CertificateInvalid, ErrorCategory.InvalidArgument, "-KeyFile is for a certificate of -CertificateFile, which is missing.")
            {
                EndsCommand = true,
            };
        }

        return file is null ? Certificate : CertificateFiles.WithKey(FullPath(file), key is null ? null : FullPath(key));
    }

    private X509Certificate2[] Authorities()
    {
        var file = CACertificateFile is { Length: > 0 } given ? given
            : CACertificate is not null ? null
            : Local is { } local ? local.AuthorityFile
            : Variable("ETCDCTL_CACERT");
        return file is null ? CACertificate ?? [] : CertificateFiles.Authorities(FullPath(file));
    }

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;

    private void CheckLogin(KvClientOptions options)
    {
        if ((options.Credential is not null || Token is not null) && !AllowUnencryptedAuthentication
            && options.Endpoints.FirstOrDefault(static e => e.Uri.Scheme == "http" && !e.Uri.IsLoopback) is { } endpoint)
        {
            throw new KvConnectionException(
                KvErrorId.LoginNotProtected,
                ErrorCategory.SecurityError,
                $"{(options.Credential is { } user ? $"The password of '{user.UserName}'" : "The token")} would be sent to {endpoint.Text} in the clear.")
            {
                EndsCommand = true,
                RecommendedAction = "Use https endpoints, or say -AllowUnencryptedAuthentication.",
            };
        }
    }

    /// <summary>Asks all endpoints at once; the answers of those that gave one, the first preferred.</summary>
    private List<StatusResponse> Probe(KvClient client)
    {
        var call = new KvCall(client.Options.OperationTimeout, Stop);
        var order = client.Endpoints.InOrder();
        var results = Wait(Task.WhenAll(order.Select(e => AskAsync(client, e, call))));
        while (call.TryTakeNote(out var note))
        {
            WriteVerbose(note.Text);
        }

        var answers = new List<StatusResponse>();
        for (var i = 0; i < order.Length; i++)
        {
            if (results[i].Answer is { } answer)
            {
                if (answers.Count == 0)
                {
                    client.Endpoints.Prefer(order[i]);
                }

                answers.Add(answer);
            }
        }

        Judge(results.Select(static r => r.Failure).OfType<KvException>().ToList(), answers);
        return answers;
    }

    private void Judge(List<KvException> failures, List<StatusResponse> answers)
    {
        if (answers.Count == 0)
        {
            if (failures.Find(static f => f is KvAuthorizationException) is { } refusal)
            {
                throw refusal;
            }

            throw new KvConnectionException(
                KvErrorId.EndpointUnavailable,
                ErrorCategory.ConnectionError,
                $"No endpoint answered: {string.Join("; ", failures.Select(static f => f.Message))}.",
                failures[0])
            {
                Code = KvStatusCode.Unavailable,
                EndsCommand = true,
                RecommendedAction = "Check that the cluster runs (Get-KvNode) and that the endpoints are right.",
            };
        }

        if (answers.Select(static a => a.Header?.ClusterId).Distinct().Count() > 1)
        {
            throw new KvConnectionException(
                KvErrorId.ClusterMismatch, ErrorCategory.InvalidArgument, "The endpoints belong to different clusters.")
            {
                EndsCommand = true,
                RecommendedAction = "Connect to each cluster by itself, with -NoDefault and -Connection.",
            };
        }

        foreach (var failure in failures)
        {
            WriteWarning($"{failure.Message}; it will be tried again when needed.");
        }
    }

    private static async Task<(StatusResponse? Answer, KvException? Failure)> AskAsync(
        KvClient client, KvEndpoint endpoint, KvCall call)
    {
        try
        {
            return (await client.StatusAsync(endpoint, call).ConfigureAwait(false), null);
        }
        catch (KvException failure)
        {
            return (null, failure);
        }
    }

    private KvClient Discover(KvClient client)
    {
        var call = new KvCall(client.Options.OperationTimeout, Stop);
        var members = Wait(client.MemberListAsync(call)).Members;
        var endpoints = client.Endpoints.InOrder().Concat(members
            .SelectMany(static m => m.ClientUrls ?? [])
            .Select(KvEndpoint.Parse)).GroupBy(static e => e.Text).Select(static g => g.First());
        var wider = new KvClient(Options(endpoints));
        client.Dispose();
        CheckLogin(wider.Options);
        return wider;
    }
}
