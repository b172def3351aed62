// Commands of every kind, so that logs, states and files made of them have something of everything.
using System.Text;
using Kv.Core.Apply;
using Kv.Core.Auth;
using Kv.Core.Mvcc;
using Kv.Core.V2;

namespace Damage;

/// <summary>Commands to fill a store with.</summary>
internal static class SampleCommands
{
    private const long Now = 1_700_000_000_000_000_000;

    /// <summary>Two of almost every kind, in an order that lets most of them succeed.</summary>
    public static IEnumerable<Command> OfEveryKind(ulong member)
    {
        yield return Command.NewClusterVersion("3.6.0");
        yield return Command.NewMemberPublish(member, "n1", ["http://127.0.0.1:2379", "https://[::1]:2379"]);
        yield return Command.NewLeaseGrant(7, 60);
        yield return Command.NewLeaseGrant(-9, 9_000_000_000);
        yield return Command.NewLeaseGrant(11, 5);
        yield return Put("leased", "one", 7);
        yield return Put("a", "", 0);
        yield return Put("leased/2", "two", 11);
        yield return Command.NewDeleteRange(new DeleteRequest(Bytes("a"), default) { PreviousWanted = true });
        yield return Command.NewTxn(Transaction());
        yield return Command.NewLeaseCheckpoint([7, -9], [31, 77]);
        yield return Command.NewLeaseExpire([11, 12]);
        yield return Command.NewLeaseRevoke(-9);
        foreach (var change in AuthChanges())
        {
            yield return Command.NewAuth(change);
        }

        yield return Command.NewTokenIssue("alice", 9, [.. Enumerable.Range(0, 32).Select(i => (byte)i)]);
        foreach (var request in V2Requests())
        {
            yield return Command.NewV2Write(request);
        }

        yield return Command.NewV2Expire(Now + 5_000_000_000);
        yield return Command.NewDowngrade("3.5.0");
        yield return Command.NewDowngrade("");
        yield return Command.NewAlarmRaise(member, AlarmKind.NoSpace);
        yield return Command.NewAlarmClear(member, AlarmKind.NoSpace);
        yield return Command.NewAlarmRaise(member, AlarmKind.Corrupt);
        yield return Command.NewMemberAdd(new Member(0xB0B, "", ["http://127.0.0.1:4"], [], true));
        yield return Command.NewMemberUpdate(0xB0B, ["http://127.0.0.1:5"]);
        yield return Command.NewMemberPromote(0xB0B);
        yield return Command.NewMemberRemove(0xB0B);
        yield return Command.NewCompact(3);
    }

    /// <summary>Puts and deletions of a few keys, each different.</summary>
    public static Command Write(int number) => (number % 7) switch
    {
        3 => Command.NewDeleteRange(new DeleteRequest(Bytes($"key/{number % 5}"), default)),
        5 => Put($"key/{number % 11}", $"value {number}", 7),
        _ => Put($"key/{number % 11}", new string((char)('a' + (number % 26)), number % 60), 0),
    };

    private static TxnRequest Transaction()
    {
        var compare = new Compare(CompareResult.NotEqual, CompareTarget.Value, Bytes("leased"), default, 0, Bytes("x"));
        var other = new Compare(CompareResult.Greater, CompareTarget.Mod, Bytes("a"), Bytes("z"), 1, default);
        var range = new RangeRequest(Bytes("a"), Bytes("\0"))
        {
            Limit = 3,
            SortOrder = SortOrder.Descend,
            SortTarget = SortTarget.Mod,
            KeysOnly = true,
            MinModRevision = 1,
        };
        var nested = new TxnRequest([other], [Operation.NewRange(range)], [Operation.NewDelete(new DeleteRequest(Bytes("q"), default))]);
        return new TxnRequest(
            [compare],
            [Operation.NewPut(new PutRequest(Bytes("t"), Bytes("1"), 0)), Operation.NewTxn(nested)],
            [Operation.NewPut(new PutRequest(Bytes("t"), default, 0) { IgnoreValue = true, IgnoreLease = true, PreviousWanted = true })]);
    }

    private static AuthChange[] AuthChanges() =>
    [
        AuthChange.NewRoleAdd("reader"),
        AuthChange.NewRoleGrant("reader", new Permission(PermissionKind.Read, [.. "a"u8], [.. "m"u8])),
        AuthChange.NewRoleGrant("reader", new Permission(PermissionKind.ReadWrite, [.. "x"u8], [0])),
        AuthChange.NewRoleGrant("reader", new Permission(PermissionKind.Write, [.. "w"u8], [])),
        AuthChange.NewRoleRevoke("reader", [.. "w"u8], []),
        AuthChange.NewUserAdd("root", "$2a$04$0123456789012345678901uFb7u3U6kJCQu2O6t8wFGvDLdq2Sxye"),
        AuthChange.NewUserGrant("root", "root"),
        AuthChange.NewUserAdd("alice", ""),
        AuthChange.NewUserPassword("alice", "$2a$04$abcdefghijklmnopqrstuuFb7u3U6kJCQu2O6t8wFGvDLdq2Sxye"),
        AuthChange.NewUserGrant("alice", "reader"),
        AuthChange.NewUserRevoke("alice", "reader"),
        AuthChange.NewUserAdd("bob", ""),
        AuthChange.NewUserDelete("bob"),
        AuthChange.NewRoleAdd("gone"),
        AuthChange.NewRoleDelete("gone"),
        AuthChange.Enable,
        AuthChange.Disable,
        AuthChange.Enable,
    ];

    private static V2Request[] V2Requests() =>
    [
        new(V2Operation.Set, Bytes("/dir/one"), Now) { Value = Bytes("1") },
        new(V2Operation.Set, Bytes("/dir/two"), Now) { Value = Bytes("2"), ExpiresNs = Now + 3_000_000_000 },
        new(V2Operation.Create, Bytes("/dir/empty"), Now) { IsDirectory = true },
        new(V2Operation.CreateInOrder, Bytes("/queue"), Now) { Value = Bytes("job") },
        new(V2Operation.Update, Bytes("/dir/one"), Now) { Value = Bytes("1b"), ExpiresNs = Now + 900_000_000_000, IsRefresh = true },
        new(V2Operation.CompareAndSwap, Bytes("/dir/one"), Now) { Value = Bytes("1c"), PreviousIndex = 4 },
        new(V2Operation.CompareAndDelete, Bytes("/dir/one"), Now) { PreviousValue = Bytes("other") },
        new(V2Operation.Delete, Bytes("/dir/empty"), Now) { IsDirectory = true, IsRecursive = true },
    ];

    private static Command Put(string key, string value, long lease) =>
        Command.NewPut(new PutRequest(Bytes(key), Bytes(value), lease));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
