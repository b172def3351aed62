// One URL of the cluster, and whether it has taken a connection since it last failed.

using System;
using System.Management.Automation;
using Kv.PowerShell.Errors;

namespace Kv.PowerShell.Client;

internal sealed class KvEndpoint(Uri uri)
{
    private volatile bool _proven;

    public Uri Uri { get; } = uri;

    public string Text { get; } = uri.GetLeftPart(UriPartial.Authority);

    /// <summary>False until a connection succeeded, and again after one failed: a request is then
    /// preceded by a connection attempt with its own short limit.</summary>
    public bool Proven
    {
        get => _proven;
        set => _proven = value;
    }

    /// <summary>Reads "host:port" or an http(s) URL.</summary>
    /// <exception cref="KvConnectionException">It is neither.</exception>
    public static KvEndpoint Parse(string text)
    {
        var full = text.IndexOf("://", StringComparison.Ordinal) < 0 ? "http://" + text : text;
        return Uri.TryCreate(full, UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https" && uri.Host.Length > 0 && uri.AbsolutePath == "/"
            ? new KvEndpoint(uri)
            : throw new KvConnectionException(
                KvErrorId.EndpointInvalid,
                ErrorCategory.InvalidArgument,
                $"'{text}' is not an endpoint: host:port, http://host:port or https://host:port is expected.")
            {
                EndsCommand = true,
            };
    }
}
