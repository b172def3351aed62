// New-KvCertificate: an authority of one's own and the certificates it signs, for nodes and clients.

using System.Collections.Generic;
using System.Globalization;
using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Cluster;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using IOPath = System.IO.Path;

namespace Kv.PowerShell.Commands;

/// <summary>Makes a certificate.</summary>
[Cmdlet(VerbsCommon.New, "KvCertificate", SupportsShouldProcess = true, DefaultParameterSetName = Signed)]
[OutputType(typeof(KvCertificate))]
public sealed class NewKvCertificateCommand : NodeProgramCommandBase
{
    private const string Signed = "Signed";
    private const string Authorities = "Authority";

    /// <summary>The file of the certificate; its key goes beside it and ends in .key.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>Make an authority, which can sign others.</summary>
    [Parameter(ParameterSetName = Authorities, Mandatory = true)]
    public SwitchParameter Authority { get; set; }

    /// <summary>The certificate of the authority that signs it; its key is beside it. Without: the
    /// certificate is its own authority.</summary>
    [Parameter(ParameterSetName = Signed, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? SignedBy { get; set; }

    /// <summary>The key of -SignedBy, if it is elsewhere.</summary>
    [Parameter(ParameterSetName = Signed)]
    [ValidateNotNullOrEmpty]
    public string? SignerKey { get; set; }

    /// <summary>Host names and addresses the certificate is good for; none for a client's.</summary>
    [Parameter(ParameterSetName = Signed, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[]? HostName { get; set; }

    /// <summary>Who it is for: for a client, the user's name. Without it, the file's name.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? CommonName { get; set; }

    /// <summary>Days it is good for; without it 3650 for an authority, else 825. Never longer than its authority.</summary>
    [Parameter]
    [ValidateRange(1, 36500)]
    public int ValidDay { get; set; }

    /// <summary>Write a PFX file without password too, as Windows PowerShell needs.</summary>
    [Parameter]
    public SwitchParameter Pfx { get; set; }

    /// <summary>Replace files that are there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var path = FullPath(Path);
        if (!ShouldProcess(path, Authority ? "Make an authority" : "Make a certificate"))
        {
            return;
        }

        try
        {
            Wait(CertificateTool.MakeAsync(Program, path, Flags(), Stop));
            using var made = CertificateFiles.Authorities(path)[0];
            WriteObject(new KvCertificate(path, IOPath.ChangeExtension(path, CertificateTool.KeyEnding), made)
            {
                PfxFile = Pfx ? IOPath.ChangeExtension(path, ".pfx") : null,
                IsAuthority = Authority,
                HostName = HostName ?? [],
            });
        }
        catch (KvException failure)
        {
            Report(failure, path);
        }
    }

    private List<string> Flags()
    {
        List<string> flags = [];
        void Add(string flag, string? value)
        {
            if (value is not null)
            {
                flags.AddRange([flag, value]);
            }
        }

        void AddIf(bool wanted, string flag) => flags.AddRange(wanted ? [flag] : []);

        AddIf(Authority, "--authority");
        Add("--signed-by", SignedBy is null ? null : FullPath(SignedBy));
        Add("--signed-by-key", SignerKey is null ? null : FullPath(SignerKey));
        Add("--host", HostName is null ? null : string.Join(",", HostName));
        Add("--common-name", CommonName);
        Add("--days", ValidDay > 0 ? ValidDay.ToString(CultureInfo.InvariantCulture) : null);
        AddIf(Pfx, "--pfx");
        AddIf(Force, "--force");
        return flags;
    }
}
