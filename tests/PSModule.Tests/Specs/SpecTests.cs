// The Pester specs of tests/Pester in the engine here, with stand-ins for the words of Pester they use. Before
// a release the same files are run by Pester itself (scripts/test.ps1).

using System.Management.Automation;
using System.Management.Automation.Runspaces;
using PSModule.Tests.Hosting;

namespace PSModule.Tests.Specs;

[Collection("specs")]
public sealed class SpecTests
{
    private static readonly (string Word, string Command)[] Words =
    [
        ("Describe", "Add-SpecBlock"), ("Context", "Add-SpecBlock"), ("It", "Add-SpecExample"), ("Should", "Assert-Spec"),
        ("BeforeAll", "Add-SpecSetup"), ("AfterAll", "Add-SpecSetup"), ("BeforeEach", "Add-SpecSetup"), ("AfterEach", "Add-SpecSetup"),
    ];

    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(Path.Combine(TestPaths.Repository, "tests", "Pester"), "*.Tests.ps1").Select(static f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_example_passes(string file)
    {
        var run = Run(Path.Combine(TestPaths.Repository, "tests", "Pester", file));
        Assert.True(run.Failures.Count == 0, string.Join("\n", run.Failures));
        Assert.True(run.Passed > 0, "there is no example in it");
    }

    [Theory]
    [InlineData("Describe d { It i { 1 | Should -Be 2 } }", "Expected '1' to Be '2'")]
    [InlineData("Describe d { It i { 1 | Should -BeLike 1 } }", "NamedParameterNotFound")]
    [InlineData("Describe d { It i { 1 | Should-Be 1 } }", "CommandNotFound")]
    [InlineData("Describe d { It i { { 'fine' } | Should -Throw } }", "to Throw")]
    [InlineData("Describe d { It i { { throw 'a' } | Should -Throw -ExpectedMessage b } }", "to Throw")]
    [InlineData("Describe d { BeforeAll { throw 'no' }; It i { } }", "no")]
    [InlineData("Describe d { AfterAll { throw 'no' }; It i { } }", "no")]
    [InlineData("Describe d { It i { 1, 2 | Should -Be @(1, 3) } }", "Expected '1', '2'")]
    [InlineData("Describe d { It i { $null | Should -Not -BeNullOrEmpty } }", "to not BeNullOrEmpty")]
    public void A_wrong_example_fails(string script, string reason)
    {
        var path = Path.Combine(Directory.CreateDirectory(TestPaths.NewFolder()).FullName, "wrong.Tests.ps1");
        File.WriteAllText(path, script);
        Assert.Contains(reason, Assert.Single(Run(path).Failures), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Describe d { It i -Skip { } }")]
    [InlineData("Describe d { Mock Get-KvKey { } }")]
    [InlineData("Expect d")]
    public void A_word_that_is_not_known_does_not_pass(string script)
    {
        var path = Path.Combine(Directory.CreateDirectory(TestPaths.NewFolder()).FullName, "odd.Tests.ps1");
        File.WriteAllText(path, script);
        Assert.ThrowsAny<RuntimeException>(() => Run(path));
    }

    private static SpecRun Run(string path)
    {
        using var shell = new Shell(static state =>
        {
            foreach (var type in new[] { typeof(AddSpecBlockCommand), typeof(AddSpecExampleCommand), typeof(AddSpecSetupCommand), typeof(ShouldCommand), typeof(InvokeSpecFileCommand), typeof(InvokeSpecBlockCommand), typeof(InvokeSpecExampleCommand) })
            {
                var attribute = (CmdletAttribute)Attribute.GetCustomAttribute(type, typeof(CmdletAttribute))!;
                state.Commands.Add(new SessionStateCmdletEntry($"{attribute.VerbName}-{attribute.NounName}", type, null));
            }

            foreach (var (word, command) in Words)
            {
                state.Commands.Add(new SessionStateAliasEntry(word, command));
            }

            state.ImportPSModule([Path.Combine(AppContext.BaseDirectory, "Specs", "StandIn.psm1")]);
        });
        var result = shell.Run("$env:KVNODE = $b; $env:KV_MODULE = $c; Invoke-SpecFile $a", path, TestPaths.NodeProgram, TestPaths.Manifest);
        return result.Errors.Count > 0 && result.Output.Count == 0
            ? throw result.Errors[0].Exception as RuntimeException ?? new RuntimeException(result.Errors[0].ToString())
            : (SpecRun)result.Output[^1].BaseObject;
    }
}
