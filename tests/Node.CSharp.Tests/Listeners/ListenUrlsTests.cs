using System.Net;
using Kv.Node.Listeners;
using Xunit;

namespace Kv.Node.Tests.Listeners;

/// <summary>Which addresses a listen URL means.</summary>
public sealed class ListenUrlsTests
{
    [Theory]
    [InlineData("http://127.0.0.1:2379", "127.0.0.1:2379")]
    [InlineData("http://0.0.0.0:1", "0.0.0.0:1")]
    [InlineData("http://[::1]:2379", "[::1]:2379")]
    public void An_address_is_taken_as_it_is(string url, string address) =>
        Assert.Equal([IPEndPoint.Parse(address)], ListenUrls.Resolve(new Uri(url)));

    [Fact]
    public void Localhost_is_every_loopback_there_is()
    {
        var addresses = ListenUrls.Resolve(new Uri("http://localhost:2379"));

        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 2379), addresses[0]);
        Assert.All(addresses, address => Assert.True(IPAddress.IsLoopback(address.Address)));
    }

    [Fact]
    public void A_name_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => ListenUrls.Resolve(new Uri("http://db.example:2379")));
        Assert.Contains("expected IP in URL for binding (http://db.example:2379)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_given_twice_is_bound_once() =>
        Assert.Single(ListenUrls.Resolve([new Uri("http://127.0.0.1:1"), new Uri("http://127.0.0.1:1/")]));
}
