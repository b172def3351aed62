// The manifest says what the assembly has, exactly, and names files that are there.

using System.Collections;
using System.Management.Automation;
using System.Reflection;
using PSModule.Tests.Hosting;

namespace PSModule.Tests.Surface;

public sealed class ManifestTests
{
    private static readonly Hashtable Manifest = Read();

    [Fact]
    public void Exactly_the_cmdlets_of_the_assembly_are_exported()
    {
        Assert.Equal(Commands.Types.Keys, List("CmdletsToExport").Order(StringComparer.Ordinal));
        Assert.Equal(Commands.Types.Keys, Commands.Imported().Select(static c => c.Name).Order(StringComparer.Ordinal));
        Assert.All(["FunctionsToExport", "VariablesToExport", "AliasesToExport"], static key => Assert.Empty(List(key)));
    }

    [Fact]
    public void The_version_is_the_assemblys() => Assert.Equal(
        Commands.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0],
        Manifest["ModuleVersion"]);

    [Fact]
    public void The_files_listed_are_all_there_is()
    {
        var files = List("FileList");
        Assert.All(files, static file => Assert.True(File.Exists(Path.Combine(AppContext.BaseDirectory, file)), file));
        Assert.All(List("FormatsToProcess").Concat(List("TypesToProcess")), file => Assert.Contains(file, files));
    }

    [Fact]
    public void The_engine_accepts_it()
    {
        using var shell = new Shell();
        var module = shell.Run("Test-ModuleManifest $a", TestPaths.Manifest).WithoutErrors().Single<PSModuleInfo>();
        Assert.Equal("Kv", module.Name);
        Assert.Equal(["Core", "Desktop"], module.CompatiblePSEditions.Order());
    }

    [Fact]
    public void The_assembly_needs_nothing_a_shell_does_not_have()
    {
        string[] allowed = ["netstandard", "System.Management.Automation", "Newtonsoft.Json"];
        Assert.All(Commands.Assembly.GetReferencedAssemblies(), a => Assert.Contains(a.Name, allowed));
    }

    private static List<string> List(string key) => [.. ((Array)Manifest[key]!).Cast<string>()];

    /// <summary>SafeGetValue refuses anything that is not plain data.</summary>
    private static Hashtable Read()
    {
        var script = System.Management.Automation.Language.Parser.ParseFile(TestPaths.Manifest, out _, out var errors);
        Assert.Empty(errors);
        var table = script.Find(static a => a is System.Management.Automation.Language.HashtableAst, false);
        return (Hashtable)((System.Management.Automation.Language.HashtableAst)table).SafeGetValue();
    }
}
