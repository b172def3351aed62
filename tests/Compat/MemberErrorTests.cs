// Every way a change of the membership can be refused, answered as a real etcd answers it.
using Compat.Harness;
using Xunit;

namespace Compat;

/// <summary>etcd-facts §2.1, §2.2 and §3.2 for the Cluster service, side by side.</summary>
public sealed class MemberErrorTests(ReferencePair pair) : IClassFixture<ReferencePair>
{
    [Fact]
    public async Task Refusals_are_etcds()
    {
        await SameAsync("add", """{}""");
        await SameAsync("add", """{"peerURLs":["127.0.0.1:1"]}""");
        await SameAsync("add", """{"peerURLs":["http://127.0.0.1:1/x"]}""");
        await SameAsync("add", """{"peerURLs":["http://127.0.0.1"]}""");
        await SameAsync("add", """{"peerURLs":["ftp://127.0.0.1:1"]}""");
        await SameAsync("add", """{"peerURLs":["PEER"]}""");
        await SameAsync("remove", """{"ID":"123"}""");
        await SameAsync("remove", """{"ID":"SELF"}""");
        await SameAsync("promote", """{"ID":"123"}""");
        await SameAsync("promote", """{"ID":"SELF"}""");
        await SameAsync("update", """{"ID":"123","peerURLs":["http://127.0.0.1:9"]}""");
        await SameAsync("add", """{"peerURLs":["http://127.0.0.1:7"],"isLearner":true}""");
        await SameAsync("add", """{"peerURLs":["http://127.0.0.1:8"],"isLearner":true}""");
        await SameAsync("add", """{"peerURLs":["http://127.0.0.1:5","http://127.0.0.1:7"]}""");
        await SameAsync("promote", """{"ID":"OTHER"}""");
        await SameAsync("update", """{"ID":"OTHER","peerURLs":["PEER"]}""");
        await SameAsync("update", """{"ID":"OTHER","peerURLs":["http://127.0.0.1:6"]}""");
        var member = await IdOf(pair.KvUrl, isSelf: false);
        Assert.Equal("http://127.0.0.1:6", (await Membership.ListAsync(pair.KvUrl)).Single(row => row.Id == member).PeerUrls);
        Assert.True((await Membership.ListAsync(pair.KvUrl)).Single(row => row.Id == member).IsLearner);
        await SameAsync("remove", """{"ID":"OTHER"}""");
        await SameAsync("remove", $$"""{"ID":"{{Convert.ToUInt64(member, 16)}}"}""");
    }

    private static async Task<string> IdOf(string url, bool isSelf) =>
        (await Membership.ListAsync(url)).Single(row => row.IsStarted == isSelf).Id;

    private async Task SameAsync(string action, string json)
    {
        var theirs = await Membership.PostAsync(pair.EtcdUrl, action, await FillAsync(pair.EtcdUrl, json));
        var ours = await Membership.PostAsync(pair.KvUrl, action, await FillAsync(pair.KvUrl, json));
        Assert.True(theirs == ours, $"{action} {json}: etcd {theirs}, kvnode {ours}");
    }

    /// <summary>Puts this server's ids and URLs in.</summary>
    private static async Task<string> FillAsync(string url, string text)
    {
        foreach (var (name, isSelf) in new[] { ("SELF", true), ("OTHER", false) })
        {
            if (text.Contains(name, StringComparison.Ordinal))
            {
                text = text.Replace(
                    name, Convert.ToUInt64(await IdOf(url, isSelf), 16).ToString(), StringComparison.Ordinal);
            }
        }

        return text.Contains("PEER", StringComparison.Ordinal)
            ? text.Replace("PEER", await PeerUrlAsync(url), StringComparison.Ordinal)
            : text;
    }

    private static async Task<string> PeerUrlAsync(string url) =>
        (await Membership.ListAsync(url)).Single(row => row.IsStarted).PeerUrls;
}
