// How rows look at a width of 120, as the engine's own formatter renders them.

using PSModule.Tests.Hosting;

namespace PSModule.Tests.Surface;

public sealed class ViewTests
{
    private const string Rows = "\"kvs\":["
        + "{\"key\":\"am9iLzE=\",\"create_revision\":\"3\",\"mod_revision\":\"4\",\"version\":\"2\",\"lease\":\"7587862094726\",\"value\":\"b25l\"},"
        + "{\"key\":\"am9iLzI=\",\"create_revision\":\"5\",\"mod_revision\":\"5\",\"version\":\"1\",\"value\":\"eA0KeQl6\"}],\"count\":\"2\"";

    [Fact]
    public async Task Keys_are_a_table()
    {
        await using var gateway = new FakeGateway(static r =>
            r.Path == "/v3/kv/range" ? FakeReply.Json($"{{{FakeGateway.Header},{Rows}}}") : FakeGateway.Healthy(r));
        using var shell = new Shell();
        shell.Run("$null = Connect-KvCluster $a", gateway.Url).WithoutErrors();
        shell.Run("Get-KvKey job/ -Prefix | Out-Default; Get-KvKey job/ -Prefix -AsByteStream | Out-Default").WithoutErrors();
        Commands.MatchesFile(Commands.Source("tests", "PSModule.Tests", "Goldens", "keys-table.txt"), Rendered(shell));
    }

    [Fact]
    public async Task Members_are_a_table()
    {
        await using var gateway = new FakeGateway(static r => r.Path == "/v3/cluster/member/list"
            ? FakeReply.Json($"{{{FakeGateway.Header},\"members\":[{{\"ID\":\"2\",\"name\":\"n1\",\"peerURLs\":[\"http://10.0.0.1:2380\"],\"clientURLs\":[\"http://10.0.0.1:2379\"]}},"
                + "{\"ID\":\"10276657743932975437\",\"name\":\"\",\"isLearner\":true}]}")
            : FakeGateway.Healthy(r));
        using var shell = new Shell();
        shell.Run("$null = Connect-KvCluster $a", gateway.Url).WithoutErrors();
        shell.Run("Get-KvMember -NoStatus | Out-Default").WithoutErrors();
        Commands.MatchesFile(Commands.Source("tests", "PSModule.Tests", "Goldens", "members-table.txt"), Rendered(shell));
    }

    /// <summary>Without colours and trailing blanks, which depend on the host.</summary>
    private static string Rendered(Shell shell) => string.Join(
        "\n",
        System.Text.RegularExpressions.Regex.Replace(shell.Host.Console.Text, "\u001b\\[[0-9;]*m", string.Empty)
            .Split('\n').Select(static l => l.TrimEnd())).Trim() + "\n";
}
