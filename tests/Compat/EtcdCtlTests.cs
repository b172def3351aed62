// Debian's etcdctl against kvnode and against etcd: what it prints must be the same.
using Compat.Harness;
using Xunit;

namespace Compat;

/// <summary>Shows 1 of the foundation: the everyday commands. One test: both servers must have the
/// same history for their revisions to be equal.</summary>
public sealed class EtcdCtlTests(ReferencePair pair) : IClassFixture<ReferencePair>
{
    [Fact]
    public async Task Everyday_commands_print_what_they_print_against_etcd()
    {
        await PutGetDelete();
        await Transactions();
        await Leases();
        await Compaction();
        await Cluster();
    }

    private async Task PutGetDelete()
    {
        Assert.Equal("OK\n", await pair.SameAsync("put", "foo", "bar"));
        await pair.SameAsync("get", "foo");
        await pair.SameAsync("get", "foo", "-w", "json");
        await pair.SameAsync("put", "foo", "bar2", "--prev-kv");
        await pair.SameAsync("put", "foo", "--ignore-lease", "bar3");
        await pair.SameAsync("get", "foo", "--rev=2");
        await pair.SameAsync("get", "foo", "--rev=1");
        await pair.SameAsync("get", "foo", "--rev=99");
        for (var i = 0; i < 12; i++)
        {
            await pair.SameAsync("put", $"k/{i:00}", $"{20 - i}");
        }

        await pair.SameAsync("get", "k/", "--prefix");
        await pair.SameAsync("get", "k/", "--prefix", "--limit=5", "-w", "json");
        await pair.SameAsync("get", "k/", "--prefix", "--sort-by=VALUE", "--order=DESCEND", "--limit=3");
        await pair.SameAsync("get", "k/", "--prefix", "--sort-by=MODIFY", "--order=DESCEND", "-w", "json");
        await pair.SameAsync("get", "k/", "--prefix", "--keys-only");
        await pair.SameAsync("get", "k/", "--prefix", "--count-only", "-w", "json");
        await pair.SameAsync("get", "k/03", "k/06");
        await pair.SameAsync("get", "--from-key", "k/08");
        await pair.SameAsync("get", "--consistency=s", "foo");
        await pair.SameAsync("get", "foo", "-w", "fields");
        await pair.SameAsync("get", "nothing", "-w", "json");
        await pair.SameAsync("del", "k/00", "--prev-kv");
        await pair.SameAsync("del", "k/", "--prefix", "-w", "json");
        await pair.SameAsync("del", "nothing");
        await pair.SameAsync("put", "", "x");
    }

    private async Task Transactions()
    {
        await pair.SameWithInputAsync("mod(\"foo\") > \"0\"\n\nput t1 yes\nget foo\ndel k/09\n\nput t1 no\n\n", "txn");
        await pair.SameWithInputAsync("value(\"foo\") = \"other\"\n\nput t2 yes\n\nput t2 no\nget t2\n\n", "txn", "-w", "json");
        await pair.SameWithInputAsync("create(\"absent\") = \"0\"\n\nput absent 1\n\n\n", "txn");
        await pair.SameWithInputAsync("version(\"absent\") = \"0\"\n\nput absent 1\n\nget absent\n\n", "txn");
        await pair.SameWithInputAsync("\nput dup 1\nput dup 2\n\n\n", "txn");
        await pair.SameAsync("get", "t", "--prefix", "-w", "json");
    }

    private async Task Leases()
    {
        await pair.SameAsync("lease", "grant", "600");
        await pair.SameAsync("lease", "timetolive", "1234");
        await pair.SameAsync("lease", "revoke", "1234");
        await pair.SameAsync("lease", "keep-alive", "--once", "1234");
        await pair.SameAsync("put", "orphan", "v", "--lease=1234");
        await pair.SameAsync("lease", "list");
    }

    private async Task Compaction()
    {
        await pair.SameAsync("compaction", "5");
        await pair.SameAsync("compaction", "5");
        await pair.SameAsync("compaction", "9999");
        await pair.SameAsync("get", "foo", "--rev=3");
        await pair.SameAsync("get", "foo", "--rev=5");
        await pair.SameAsync("watch", "foo", "--rev=2");
    }

    private async Task Cluster()
    {
        await pair.SameAsync("member", "list");
        await pair.SameAsync("member", "list", "-w", "table");
        await pair.SameAsync("endpoint", "status", "-w", "table");
        await pair.SameAsync("endpoint", "health");
        await pair.SameAsync("endpoint", "hashkv", "-w", "json");
        await pair.SameAsync("alarm", "list");
        await pair.SameAsync("defrag");
    }
}
