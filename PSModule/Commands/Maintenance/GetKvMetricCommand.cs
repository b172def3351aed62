// Get-KvMetric: the figures of the nodes, as objects.

using System.Linq;
using System.Management.Automation;
using System.Threading.Tasks;
using Kv.PowerShell.Client;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Commands;

/// <summary>Gets the figures nodes show at /metrics.</summary>
[Cmdlet(VerbsCommon.Get, "KvMetric")]
[OutputType(typeof(KvMetric))]
public sealed class GetKvMetricCommand : KvConnectedCommandBase
{
    private const int Ok = 200;

    /// <summary>Names of figures, with wildcards; without it all.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <summary>The nodes to ask; without it all endpoints of the connection.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Endpoint { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var patterns = Name.Select(static n => new WildcardPattern(n, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant)).ToList();
        ForEach(Endpoint ?? Used.Endpoint, text =>
        {
            var endpoint = KvEndpoint.Parse(text);
            var metrics = Send((client, call) => ReadAsync(client, endpoint, call));
            WriteObject(MetricsText.Read(metrics, endpoint.Text).Where(m => patterns.Exists(p => p.IsMatch(m.Name))), true);
        });
    }

    private static async Task<string> ReadAsync(KvClient client, KvEndpoint endpoint, KvCall call)
    {
        using var limit = new KvDeadline(call.Timeout, call.Stop).Slice(1);
        var (status, text) = await client.GetAsync(endpoint, "/metrics", call, limit.Token).ConfigureAwait(false);
        return status == Ok ? text : throw new KvProtocolException($"{endpoint.Text} answered /metrics with HTTP {status}.")
        {
            Endpoint = endpoint.Text,
        };
    }
}
