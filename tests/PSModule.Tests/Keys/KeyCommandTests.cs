// Reading and writing keys against a real node, as scripts do it.

using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using PSModule.Tests.Hosting;

namespace PSModule.Tests.Keys;

[Collection(NodeFixture.Name)]
public sealed class KeyCommandTests(NodeFixture node) : IDisposable
{
    private readonly Shell _shell = node.Connect();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public void What_is_set_is_read_with_all_its_fields()
    {
        var written = _shell.Run("Set-KvKey kc/fields 'grüße' -PassThru").WithoutErrors().Single<KvKey>();
        var read = _shell.Run("Get-KvKey kc/fields").WithoutErrors().Single<KvKey>();
        Assert.Equal(written, read);
        Assert.Equal("kc/fields", read.Key);
        Assert.Equal("grüße", read.Value);
        Assert.Equal(7, read.ValueSize);
        Assert.Equal(1, read.Version);
        Assert.True(read.ModRevision > 1);
        Assert.Equal(read.ModRevision, read.CreateRevision);
        Assert.Equal(0, read.LeaseId);
    }

    [Fact]
    public void Set_is_silent_without_PassThru() =>
        Assert.Empty(_shell.Run("Set-KvKey kc/silent 1").WithoutErrors().Output);

    [Fact]
    public void Objects_with_Key_and_Value_are_piped_into_Set()
    {
        _shell.Run("1..5 | ForEach-Object { [pscustomobject]@{ Key = \"kc/objects/$_\"; Value = \"v$_\"; Other = 1 } } | Set-KvKey")
            .WithoutErrors();
        var rows = _shell.Run("Get-KvKey kc/objects/ -Prefix").WithoutErrors().As<KvKey>();
        Assert.Equal(["v1", "v2", "v3", "v4", "v5"], rows.Select(static r => r.Value));
    }

    [Fact]
    public void Rows_read_can_be_written_under_another_key()
    {
        _shell.Run("Set-KvKey kc/from x; Get-KvKey kc/from | ForEach-Object { $_ | Set-KvKey -Key kc/to }").WithoutErrors();
        Assert.Equal("x", _shell.Run("(Get-KvKey kc/to).Value").Single<string>());
    }

    [Fact]
    public void Bytes_come_back_as_they_went()
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(static b => (byte)b)];
        _shell.Run("Set-KvKey kc/bytes $a", all).WithoutErrors();
        Assert.Equal(all, (byte[])_shell.Run("Get-KvKey kc/bytes -AsByteStream").Single<KvKey>().Value!);

        // Also by way of a string, as a pipeline from one cluster to another does.
        _shell.Run("Get-KvKey kc/bytes | ForEach-Object { Set-KvKey kc/bytes-copy $_.Value }").WithoutErrors();
        Assert.Equal(all, _shell.Run("Get-KvKey kc/bytes-copy").Single<KvKey>().GetValueBytes());
    }

    [Fact]
    public void Keys_that_are_not_text_can_be_read_and_removed()
    {
        var key = "kc/binary/" + "\uDCFF\uDC80";
        _shell.Run("Set-KvKey $a x", key).WithoutErrors();
        var row = _shell.Run("Get-KvKey kc/binary/ -Prefix").WithoutErrors().Single<KvKey>();
        Assert.Equal([0xff, 0x80], row.GetKeyBytes()[^2..]);
        _shell.Run("Get-KvKey kc/binary/ -Prefix | Remove-KvKey").WithoutErrors();
        Assert.Equal(0, _shell.Run("Get-KvKey kc/binary/ -Prefix -CountOnly").Single<long>());
    }

    [Fact]
    public void Objects_are_stored_and_read_as_json()
    {
        _shell.Run("Set-KvKey kc/json ([pscustomobject]@{ Name = 'a'; Sizes = 1, 2.5; Inner = @{ On = $true } }) -AsJson").WithoutErrors();
        Assert.Equal(
            "{\"Name\":\"a\",\"Sizes\":[1,2.5],\"Inner\":{\"On\":true}}", _shell.Run("(Get-KvKey kc/json).Value").Single<string>());
        Assert.Equal(2.5, _shell.Run("(Get-KvKey kc/json -AsJson).Value.Sizes[1]").Single<double>());
        Assert.True(_shell.Run("(Get-KvKey kc/json -AsJson).Value.Inner.On").Single<bool>());
    }

    [Fact]
    public void A_value_without_one_text_form_is_refused()
    {
        Assert.Equal(KvErrorId.ValueNotText, _shell.Run("Set-KvKey kc/hash @{ a = 1 }").ErrorId);
        Assert.Equal(KvErrorId.ValueNotText, _shell.Run("Set-KvKey kc/hash $null").ErrorId);
        Assert.Equal(KvErrorId.ValueTooDeep, _shell.Run("Set-KvKey kc/hash @{ a = @{ b = @{} } } -AsJson -Depth 2").ErrorId);
        Assert.Equal(KvErrorId.KeyNotFound, _shell.Run("Get-KvKey kc/hash").ErrorId);
    }

    [Fact]
    public void A_value_that_is_no_json_is_an_error_of_that_key_alone()
    {
        _shell.Run("Set-KvKey kc/mixed/1 '{'; Set-KvKey kc/mixed/2 7").WithoutErrors();
        var result = _shell.Run("Get-KvKey kc/mixed/ -Prefix -AsJson");
        Assert.Equal(KvErrorId.ValueNotJson, result.ErrorId);
        Assert.Equal("kc/mixed/1", result.Errors[0].TargetObject);
        Assert.Equal(7L, result.Single<KvKey>().Value);
    }

    [Fact]
    public void An_absent_key_is_an_error_but_nothing_matched_is_not()
    {
        var missing = _shell.Run("Get-KvKey kc/none");
        Assert.Equal(KvErrorId.KeyNotFound, missing.ErrorId);
        Assert.Equal("kc/none", missing.Errors[0].TargetObject);
        Assert.Empty(_shell.Run("Get-KvKey kc/none*; Get-KvKey kc/none -Prefix; Get-KvKey -From kc/none -To kc/nonf").WithoutErrors().Output);
        Assert.Equal(KvErrorId.KeyNotFound, _shell.Run("Remove-KvKey kc/none").ErrorId);
        Assert.Empty(_shell.Run("Remove-KvKey kc/none* -Force").WithoutErrors().Output);
    }

    [Fact]
    public void Wildcards_select_with_regard_to_case_and_can_be_switched_off()
    {
        _shell.Run("'a1', 'a2', 'A3', 'b1', 'a[1]' | ForEach-Object { Set-KvKey \"kc/w/$_\" x }").WithoutErrors();
        Assert.Equal(["kc/w/a1", "kc/w/a2"], Keys("Get-KvKey kc/w/a?"));
        Assert.Equal(["kc/w/a1", "kc/w/b1"], Keys("Get-KvKey kc/w/[ab]1"));
        Assert.Equal(["kc/w/a[1]"], Keys("Get-KvKey -LiteralKey 'kc/w/a[1]'"));
        Assert.Equal(["kc/w/a[1]"], Keys("Get-KvKey 'kc/w/a`[1`]'"));
        Assert.Equal(["kc/w/a[1]"], Keys("Get-KvKey kc/w/a* | Where-Object { $_.Key -like '*`[*' } | Get-KvKey"));
        Assert.Equal(2, _shell.Run("Get-KvKey kc/w/a*1* -CountOnly").WithoutErrors().Single<long>());
        Assert.Equal(["kc/w/a1"], Keys("Get-KvKey kc/w/a?* -First 1"));
    }

    [Fact]
    public void Keys_come_by_value_and_by_property_name()
    {
        _shell.Run("Set-KvKey kc/p1 1; Set-KvKey kc/p2 2").WithoutErrors();
        Assert.Equal(["kc/p1", "kc/p2"], Keys("'kc/p1', 'kc/p2' | Get-KvKey"));
        Assert.Equal(["kc/p2"], Keys("[pscustomobject]@{ Key = 'kc/p2' } | Get-KvKey"));
        Assert.Equal(["kc/p1"], Keys("[pscustomobject]@{ LiteralKey = 'kc/p1' } | Get-KvKey"));
    }

    [Fact]
    public void Intervals_are_without_their_end()
    {
        _shell.Run("'a', 'b', 'c' | ForEach-Object { Set-KvKey \"kc/i/$_\" x }").WithoutErrors();
        Assert.Equal(["kc/i/a", "kc/i/b"], Keys("Get-KvKey -From kc/i/a -To kc/i/c"));
        Assert.Equal("kc/i/c", Keys("Get-KvKey -From kc/i/c -First 1").Single());
    }

    [Fact]
    public void Sorting_limits_and_projections_are_the_servers()
    {
        _shell.Run("Set-KvKey kc/s/a 3; Set-KvKey kc/s/b 1; Set-KvKey kc/s/c 2; Set-KvKey kc/s/a 3").WithoutErrors();
        Assert.Equal(["kc/s/c", "kc/s/b"], Keys("Get-KvKey kc/s/ -Prefix -Descending -First 2"));
        Assert.Equal(["kc/s/b", "kc/s/c", "kc/s/a"], Keys("Get-KvKey kc/s/ -Prefix -SortBy Value"));
        Assert.Equal("kc/s/a", Keys("Get-KvKey kc/s/ -Prefix -SortBy Version -Descending -Limit 1").Single());
        Assert.Equal("kc/s/a", Keys("Get-KvKey kc/s/ -Prefix -SortBy ModRevision -Descending")[0]);
        Assert.Equal("kc/s/a", Keys("Get-KvKey kc/s/ -Prefix -SortBy CreateRevision")[0]);
        Assert.Equal(3, _shell.Run("Get-KvKey kc/s/ -Prefix -CountOnly").Single<long>());
        Assert.All(_shell.Run("Get-KvKey kc/s/ -Prefix -KeysOnly -Serializable").As<KvKey>(), static row => Assert.Null(row.Value));
    }

    [Fact]
    public void A_revision_is_read_as_it_was_and_must_exist()
    {
        var first = _shell.Run("Set-KvKey kc/rev one -PassThru; Set-KvKey kc/rev two").As<KvKey>()[0].ModRevision;
        Assert.Equal("one", _shell.Run("(Get-KvKey kc/rev -Revision $a).Value", first).Single<string>());
        var future = _shell.Run("Get-KvKey kc/rev -Revision 999999999");
        Assert.Equal(KvErrorId.RevisionFuture, future.ErrorId);
        Assert.Equal(KvStatusCode.OutOfRange, ((KvException)future.Errors[0].Exception).Code);
    }

    [Fact]
    public void More_keys_than_a_page_all_arrive_in_order()
    {
        _shell.Run("1..300 | ForEach-Object { Set-KvKey ('kc/many/{0:d4}' -f $_) $_ }").WithoutErrors();
        var result = _shell.Run("Get-KvKey kc/many/ -Prefix -Verbose").WithoutErrors();
        var keys = result.As<KvKey>().Select(static r => r.Key).ToList();
        Assert.Equal(300, keys.Count);
        Assert.Equal(keys.Order(StringComparer.Ordinal), keys);
        Assert.True(result.Verbose.Count > 1, "the rows came in one page");
        Assert.Equal(280, _shell.Run("Get-KvKey kc/many/ -Prefix -First 280").As<KvKey>().Count);
    }

    [Fact]
    public void Guards_write_or_say_what_is_there()
    {
        var row = _shell.Run("Set-KvKey kc/guard 1 -IfAbsent -PassThru").WithoutErrors().Single<KvKey>();
        var exists = _shell.Run("Set-KvKey kc/guard 2 -IfAbsent");
        Assert.Equal(KvErrorId.Conflict, exists.ErrorId);
        Assert.Equal(row, Assert.IsType<KvKey>(exists.Errors[0].TargetObject));

        _shell.Run("Set-KvKey kc/guard 2 -IfModRevision $a", row.ModRevision).WithoutErrors();
        Assert.Equal(KvErrorId.Conflict, _shell.Run("Set-KvKey kc/guard 3 -IfModRevision $a", row.ModRevision).ErrorId);
        Assert.Equal(KvErrorId.Conflict, _shell.Run("Set-KvKey kc/guard-none 3 -IfModRevision 1").ErrorId);
        _shell.Run("Set-KvKey kc/guard-none 3 -IfModRevision 0").WithoutErrors();
        Assert.Equal("2", _shell.Run("(Get-KvKey kc/guard).Value").Single<string>());
    }

    [Fact]
    public void A_lease_that_does_not_exist_is_an_error_of_that_key()
    {
        var result = _shell.Run("Set-KvKey kc/lease x -LeaseId 0x1234abcd; Set-KvKey kc/after x -PassThru");
        Assert.Equal(KvErrorId.LeaseNotFound, result.ErrorId);
        Assert.Equal("kc/after", result.Single<KvKey>().Key);
    }

    [Fact]
    public void Removing_reports_what_was_removed_on_demand()
    {
        _shell.Run("1..3 | ForEach-Object { Set-KvKey \"kc/r/$_\" $_ }").WithoutErrors();
        Assert.Equal(["kc/r/1"], Keys("Remove-KvKey kc/r/1 -PassThru"));
        Assert.Equal(["kc/r/2", "kc/r/3"], Keys("Remove-KvKey kc/r/ -Prefix -Force -PassThru"));
        Assert.Equal(0, _shell.Run("Get-KvKey kc/r/ -Prefix -CountOnly").Single<long>());
    }

    [Fact]
    public void Removing_many_asks_unless_it_was_answered()
    {
        _shell.Run("1..4 | ForEach-Object { Set-KvKey \"kc/ask/$_\" $_ }").WithoutErrors();
        var asked = _shell.Host.Console.Questions;
        _shell.Run("Remove-KvKey kc/ask/1").WithoutErrors();
        Assert.Empty(asked);

        _shell.Run("Remove-KvKey kc/ask/ -Prefix").WithoutErrors();
        Assert.Contains("3 keys", Assert.Single(asked));
        Assert.Equal(3, _shell.Run("Get-KvKey kc/ask/ -Prefix -CountOnly").Single<long>());

        _shell.Host.Console.Answer = "Yes";
        _shell.Run("Remove-KvKey kc/ask/?").WithoutErrors();
        Assert.Equal(2, asked.Count);
        Assert.Equal(0, _shell.Run("Get-KvKey kc/ask/ -Prefix -CountOnly").Single<long>());

        _shell.Run("Set-KvKey kc/ask/5 x; Remove-KvKey kc/ask/ -Prefix -Confirm:$false").WithoutErrors();
        Assert.Equal(2, asked.Count);
        Assert.Equal(0, _shell.Run("Get-KvKey kc/ask/ -Prefix -CountOnly").Single<long>());
    }

    [Fact]
    public void Removing_needs_a_key_to_be_named() =>
        Assert.Equal(KvErrorId.RequestRefused, _shell.Run("Remove-KvKey -Force").ErrorId);

    [Fact]
    public void Every_request_says_where_it_went()
    {
        var verbose = Assert.Single(_shell.Run("Set-KvKey kc/verbose x -Verbose").Verbose, static v => v.StartsWith("POST", StringComparison.Ordinal));
        Assert.Matches(@"^POST http://127\.0\.0\.1:\d+/v3/kv/put: revision \d+, \d+ ms$", verbose);
    }

    [Fact]
    public void A_pipeline_that_is_ended_early_leaves_the_shell_usable()
    {
        _shell.Run("1..20 | ForEach-Object { Set-KvKey ('kc/early/{0:d4}' -f $_) x }").WithoutErrors();
        var seen = _shell.Run("foreach ($x in 1) { Get-KvKey kc/early/ -Prefix | ForEach-Object { $_; if ($_.Key -like '*/0003') { break } } }")
            .WithoutErrors().As<KvKey>();
        Assert.Equal(3, seen.Count);
        Assert.Equal(20, _shell.Run("Get-KvKey kc/early/ -Prefix -CountOnly").Single<long>());
    }

    private List<string> Keys(string script) => [.. _shell.Run(script).WithoutErrors().As<KvKey>().Select(static r => r.Key)];
}
