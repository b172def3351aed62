// The drive: what is there, listed, read, written, copied, moved and removed, with odd keys, and what goes
// wrong. The engine here has no Get-Item and its like, but what they call.

using System.Management.Automation;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using PSModule.Tests.Hosting;

namespace PSModule.Tests.Keys;

[Collection(NodeFixture.Name)]
public sealed class DriveTests : IDisposable
{
    private readonly Shell _shell = new();
    private readonly string _root = "drive-" + Guid.NewGuid().ToString("N")[..8];

    public DriveTests(NodeFixture node) => _shell.Run(
        "$null = Connect-KvCluster $a -Drive kv -Prefix \"$b/\"; $provider = $ExecutionContext.InvokeProvider; $prefix = $b; $endpoint = $a",
        node.Endpoints,
        _root).WithoutErrors();

    public void Dispose()
    {
        _shell.Run("Remove-KvKey $a -Prefix -Force -Confirm:$false", _root);
        _shell.Dispose();
    }

    [Fact]
    public void A_folder_lists_its_keys_and_folders_once_each()
    {
        _shell.Run("1..250 | ForEach-Object { Set-KvKey \"$prefix/big/$_\" x }; Set-KvKey \"$prefix/big\" leaf; Set-KvKey \"$prefix/a\" 1; Set-KvKey \"$prefix/z/y/x\" 2").WithoutErrors();
        var items = _shell.Run("$provider.ChildItem.Get('kv:/', $false)").WithoutErrors().Output;
        Assert.Equal(["a:False", "big:False", "big:True", "z:True"], items.Select(static i => $"{i.Properties["PSChildName"].Value}:{i.Properties["PSIsContainer"].Value}"));
        Assert.Equal("1", ((KvKey)items[0].BaseObject).Value);
        Assert.Equal(_root + "/big/", ((KvFolder)items[2].BaseObject).KeyPrefix);
        Assert.Equal("big", ((KvFolder)items[2].BaseObject).Name);
        Assert.Equal(250, _shell.Run("$provider.ChildItem.Get('kv:\\big', $false).Count").WithoutErrors().Single<int>());
        Assert.Equal(["x"], _shell.Run("$provider.ChildItem.GetNames('kv:/z/y', 'ReturnMatchingContainers', $false)").WithoutErrors().As<string>());

        var all = _shell.Run("$provider.ChildItem.Get('kv:/', $true)").WithoutErrors().Output;
        Assert.Equal(253 + 3, all.Count);
        Assert.Equal(["z", "y", "x"], all.TakeLast(3).Select(static i => (string)i.Properties["PSChildName"].Value));
        Assert.Equal(["big/1", "big/10"], _shell.Run("$provider.Item.Get('kv:/big/1*')").WithoutErrors().As<KvKey>().Take(2).Select(k => k.Key[(_root.Length + 1)..]));
    }

    [Fact]
    public void Items_are_made_read_set_emptied_and_removed()
    {
        Assert.Equal("v1", _shell.Run("$provider.Item.New('kv:/', 'made', 'Key', 'v1')").WithoutErrors().Single<KvKey>().Value);
        Assert.Equal(KvErrorId.Conflict, Failure("$provider.Item.New('kv:/', 'made', 'Key', 'v2')"));
        Assert.Equal(KvErrorId.FolderNotStored, Failure("$provider.Item.New('kv:/', 'dir', 'Directory', $null)"));
        Assert.Equal("v1", _shell.Run("(Get-KvKey \"$prefix/made\").Value").WithoutErrors().Single<string>());
        _shell.Run("$null = $provider.Item.Set('kv:/made', 'v3')").WithoutErrors();
        var key = _shell.Run("$provider.Item.Get('kv:/made')").WithoutErrors().Single<KvKey>();
        Assert.Equal(("v3", 2L), (key.Value, key.Version));
        _shell.Run("$null = $provider.Item.Clear('kv:/made')").WithoutErrors();
        Assert.Equal("", _shell.Run("${kv:made}").WithoutErrors().Single<string>());
        _shell.Run("${kv:made} = 'by variable'").WithoutErrors();
        key = _shell.Run("$provider.Item.Get('kv:/made')").WithoutErrors().Single<KvKey>();
        Assert.Equal(("by variable", 4L), (key.Value, key.Version));
        Assert.True(_shell.Run("$provider.Item.Exists('kv:/made')").Single<bool>());
        _shell.Run("$provider.Item.Remove('kv:/made', $false)").WithoutErrors();
        Assert.False(_shell.Run("$provider.Item.Exists('kv:/made')").Single<bool>());
        Assert.NotNull(_shell.Run("$provider.Item.Get('kv:/made')").ErrorId);
    }

    [Fact]
    public void Content_is_the_value_in_the_form_written()
    {
        _shell.Run("$writer = $provider.Content.GetWriter('kv:/c')[0]; $null = $writer.Write(@('a', 'b')); $null = $writer.Write(@('c')); $writer.Close()").WithoutErrors();
        Assert.Equal("a\nb\nc", _shell.Run("${kv:c}").WithoutErrors().Single<string>());
        Assert.Equal(1L, _shell.Run("(Get-KvKey \"$prefix/c\").Version").WithoutErrors().Single<long>());
        _shell.Run("$writer = $provider.Content.GetWriter('kv:/c')[0]; $writer.Seek(0, 'End'); $null = $writer.Write(@('!')); $writer.Close()").WithoutErrors();
        Assert.Equal("a\nb\nc!", _shell.Run("$r = $provider.Content.GetReader('kv:/c')[0]; $r.Read(0); $r.Read(0)").WithoutErrors().Single<string>());
        _shell.Run("$writer = $provider.Content.GetWriter('kv:/c')[0]; $null = $writer.Write([byte[]](0, 255, 7)); $writer.Close()").WithoutErrors();
        Assert.Equal([0, 255, 7], _shell.Run(", (Get-KvKey \"$prefix/c\").GetValueBytes()").WithoutErrors().Single<byte[]>());
        _shell.Run("Set-KvKey \"$prefix/only/below\" 1").WithoutErrors();
        Assert.Equal(KvErrorId.KeyNotFound, Failure("$provider.Content.GetReader('kv:/only')"));
    }

    [Fact]
    public void Copies_moves_and_renames_take_what_is_below_along()
    {
        _shell.Run("1..70 | ForEach-Object { Set-KvKey \"$prefix/from/in/$_\" $_ }; Set-KvKey \"$prefix/from\" top; Set-KvKey \"$prefix/box/x\" 1").WithoutErrors();
        _shell.Run("$null = $provider.Item.Copy('kv:/from', 'kv:/copy', $true, 'CopyTargetContainer')").WithoutErrors();
        Assert.Equal((71L, 71L), (Count("from"), Count("copy")));
        _shell.Run("$null = $provider.Item.Move('kv:/copy', 'kv:/box')").WithoutErrors();
        Assert.Equal((0L, 72L), (Count("copy"), Count("box/")));
        Assert.Equal("70", _shell.Run("${kv:box/copy/in/70}").WithoutErrors().Single<string>());
        _shell.Run("$null = $provider.Item.Rename('kv:/box/copy', 'renamed')").WithoutErrors();
        Assert.Equal((0L, 71L), (Count("box/copy"), Count("box/renamed")));

        // Nothing is replaced without -Force.
        _shell.Run("Set-KvKey \"$prefix/one\" 1; Set-KvKey \"$prefix/two\" 2").WithoutErrors();
        Assert.Equal(KvErrorId.Conflict, Failure("$provider.Item.Rename('kv:/one', 'two')"));
        Assert.Equal("2", _shell.Run("${kv:two}").WithoutErrors().Single<string>());

        _shell.Run("$provider.Item.Remove('kv:/from', $true)").WithoutErrors();
        Assert.Equal(0L, Count("from"));

        // The key that is named as the drive begins is not on it.
        _shell.Run("Set-KvKey $prefix outside; $provider.Item.Remove('kv:/', $true)").WithoutErrors();
        Assert.Equal(0L, Count(""));
        Assert.Equal("outside", _shell.Run("(Get-KvKey $prefix).Value").WithoutErrors().Single<string>());
    }

    [Theory]
    [InlineData("star*and?[x]")]
    [InlineData("co:lon")]
    [InlineData("back\\slash")]
    [InlineData("per%41cent%")]
    [InlineData("double//slash")]
    [InlineData("ends/")]
    [InlineData("/begins")]
    [InlineData("..")]
    [InlineData("./.")]
    [InlineData("tab\tand space ")]
    [InlineData("ünï✓")]
    [InlineData("bytes\udcff\udc80")]
    public void Odd_keys_are_found_under_the_name_they_are_shown_with(string key)
    {
        _shell.Run("Set-KvKey \"$prefix/odd/$a\" found", key).WithoutErrors();
        var item = _shell.Run("$provider.ChildItem.Get('kv:/odd', $true)").WithoutErrors().Output.Single(static i => i.BaseObject is KvKey);
        Assert.Equal($"{_root}/odd/{key}", ((KvKey)item.BaseObject).Key);
        var path = (string)item.Properties["PSPath"].Value;
        Assert.Equal("found", _shell.Run("$provider.Item.Get($a).Value", path).WithoutErrors().Single<string>());
        Assert.Equal("found", _shell.Run("$r = $provider.Content.GetReader(@($a), $false, $true)[0]; $r.Read(0)", path).WithoutErrors().Single<string>());
        _shell.Run("$provider.Item.Remove($a, $false)", path).WithoutErrors();
        Assert.Empty(_shell.Run("$provider.ChildItem.Get('kv:/', $true)").WithoutErrors().Output);
    }

    [Fact]
    public void One_can_go_to_a_folder_and_back()
    {
        _shell.Run("Set-KvKey \"$prefix/a/b/c\" here").WithoutErrors();
        _shell.Run("$null = $ExecutionContext.SessionState.Path.SetLocation('kv:/a')").WithoutErrors();
        Assert.Equal("here", _shell.Run("$provider.Item.Get('b/c').Value").WithoutErrors().Single<string>());
        _shell.Run("$null = $ExecutionContext.SessionState.Path.SetLocation('b')").WithoutErrors();
        Assert.Equal(["kv:/a/b", "here"], _shell.Run("$ExecutionContext.SessionState.Path.CurrentLocation.Path; $provider.Item.Get('c').Value").WithoutErrors().As<string>());
        _shell.Run("$null = $ExecutionContext.SessionState.Path.SetLocation('..')").WithoutErrors();
        Assert.Equal("kv:/a", _shell.Run("$ExecutionContext.SessionState.Path.CurrentLocation.Path").WithoutErrors().Single<string>());
        Assert.NotNull(_shell.Run("$ExecutionContext.SessionState.Path.SetLocation('nothing')").ErrorId);
    }

    [Fact]
    public void A_closed_connection_takes_its_drive_along_and_an_open_one_is_named_in_errors()
    {
        _shell.Run("$null = $ExecutionContext.SessionState.Drive.New([System.Management.Automation.PSDriveInfo]::new('all', $ExecutionContext.SessionState.Provider.GetOne('KvStore'), '', '', $null), 'global')").WithoutErrors();
        _shell.Run("Set-KvKey \"$prefix/x\" 1").WithoutErrors();
        Assert.Equal("1", _shell.Run("$provider.Item.Get(\"all:/$prefix/x\").Value").WithoutErrors().Single<string>());
        Assert.Equal("DriveAlreadyExists", _shell.Run("Connect-KvCluster $endpoint -Drive kv").ErrorId);
        Assert.Equal(KvErrorId.ParameterConflict, _shell.Run("Connect-KvCluster $endpoint -Prefix a/").ErrorId);
        _shell.Run("Disconnect-KvCluster").WithoutErrors();
        Assert.Empty(_shell.Run("$ExecutionContext.SessionState.Drive.GetAllForProvider('KvStore')").WithoutErrors().Output);
        Assert.NotNull(_shell.Run("$provider.Item.Get('kv:/x')").ErrorId);
    }

    /// <summary>The engine wraps what a provider reports when a script and no cmdlet asked.</summary>
    private string? Failure(string script)
    {
        for (Exception? at = _shell.Run(script).Errors[0].Exception; at is not null; at = at.InnerException)
        {
            if (at is KvException failure)
            {
                return failure.ErrorId;
            }
        }

        return null;
    }

    private long Count(string below) => _shell.Run("Get-KvKey \"$prefix/$a\" -Prefix -CountOnly", below).WithoutErrors().Single<long>();
}
