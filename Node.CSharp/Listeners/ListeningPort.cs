// What a listen URL became: an address that is real once the server has started.
using System.Net;

namespace Kv.Node.Listeners;

/// <summary>An address that is listened on.</summary>
/// <param name="Scheme"><c>http</c> or <c>https</c>.</param>
/// <param name="Address">Gives the address; the port that was picked, if 0 was asked for, once the server has
/// started.</param>
internal sealed record ListeningPort(string Scheme, Func<IPEndPoint> Address)
{
    public override string ToString() => $"{Scheme}://{Address()}";
}
