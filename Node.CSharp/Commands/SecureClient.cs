// The HTTP client of a command, with TLS by etcdctl's flags.
using System.Security.Cryptography;
using Kv.Node.Options;
using Kv.Node.Tls;

namespace Kv.Node.Commands;

/// <summary>What a command is told about TLS with the node it asks.</summary>
internal sealed class SecureClient
{
    private string _authorityFile = "";
    private string _certificateFile = "";
    private string _keyFile = "";
    private bool _isUnchecked;

    /// <summary>The flags, named as etcdctl's.</summary>
    public IEnumerable<CommandFlag> Flags =>
    [
        new("cacert", "PATH", "Authorities the node's certificate must come from, PEM.", text => _authorityFile = text),
        new("cert", "PATH", "Certificate to show to the node, PEM.", text => _certificateFile = text),
        new("key", "PATH", "Its private key.", text => _keyFile = text),
        new("insecure-skip-tls-verify", "", "Do not check the node's certificate.", text => _isUnchecked = FlagValue.Boolean(text)),
    ];

    /// <summary>A client without a time limit.</summary>
    /// <exception cref="IOException">A file cannot be read, or does not hold what it should.</exception>
    public HttpClient Create()
    {
        try
        {
            var handler = new SocketsHttpHandler();
            OutboundTls.Configure(handler.SslOptions, _authorityFile, _certificateFile, _keyFile, _isUnchecked);
            return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        }
        catch (CryptographicException problem)
        {
            throw new IOException($"--cacert, --cert or --key is not what it should be: {problem.Message}", problem);
        }
    }
}
