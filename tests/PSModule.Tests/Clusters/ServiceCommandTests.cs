// The service, laid out below a folder, and what the script says when it fails.

using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using PSModule.Tests.Hosting;

namespace PSModule.Tests.Clusters;

[Collection(NodeFixture.Name)]
public sealed class ServiceCommandTests : IDisposable
{
    private readonly Shell _shell = new();
    private readonly string _root = Directory.CreateDirectory(TestPaths.NewFolder()).FullName;

    public void Dispose() => _shell.Dispose();

    [Fact]
    public void It_is_laid_out_and_taken_away_and_the_settings_stay()
    {
        var settings = Path.Combine(Directory.CreateDirectory(TestPaths.NewFolder()).FullName, "n1.yaml");
        File.WriteAllText(settings, "name: n1\n");
        Assert.Empty(_shell.Run("Install-KvService -Root $a -NodePath $b -WhatIf -PassThru", _root, TestPaths.NodeProgram).WithoutErrors().Output);
        Assert.Empty(Directory.GetFileSystemEntries(_root));

        var service = _shell.Run("Install-KvService $c -Root $a -NodePath $b -PassThru", _root, TestPaths.NodeProgram, settings).WithoutErrors().Single<KvService>();
        Assert.True(File.Exists(service.ProgramPath), service.ProgramPath);
        Assert.Equal("name: n1\n", File.ReadAllText(service.ConfigurationPath));
        Assert.Contains("WatchdogSec", File.ReadAllText(Path.Combine(_root, "etc", "systemd", "system", service.Name)));

        _shell.Run("Uninstall-KvService -Root $a -Confirm:$false", _root).WithoutErrors();
        Assert.False(File.Exists(service.ProgramPath));
        Assert.True(File.Exists(service.ConfigurationPath));
    }

    [Fact]
    public void What_the_script_says_is_the_error()
    {
        var result = _shell.Run("Install-KvService /no/such.yaml -Root $a -NodePath $b", _root, TestPaths.NodeProgram);
        Assert.Equal(KvErrorId.ServiceFailed, result.ErrorId);
        Assert.Contains("/no/such.yaml", result.Errors[0].ToString());
    }
}
