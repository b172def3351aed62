// The rules a script analyzer would check, and those the module sets itself, over all cmdlets.

using System.Management.Automation;
using System.Reflection;
using System.Xml.Linq;
using PSModule.Tests.Hosting;

namespace PSModule.Tests.Surface;

public sealed class ConventionTests
{
    private static readonly string[] Mutators =
    [
        "Add", "New", "Set", "Remove", "Start", "Stop", "Disconnect", "Update", "Enable", "Disable", "Grant", "Revoke",
        "Move", "Clear", "Optimize", "Compress", "Copy", "Rename", "Invoke", "Lock", "Unlock", "Enter", "Exit",
        "Export", "Import", "Save", "Restore", "Restart", "Install", "Uninstall", "Measure",
    ];

    /// <summary>What they make exists in the shell only.</summary>
    private static readonly string[] Makers = ["New-KvCompare", "New-KvOperation"];

    private static readonly string[] ApprovedVerbs =
    [
        .. typeof(VerbsCommon).Assembly.GetExportedTypes()
            .Where(static t => t.Name.StartsWith("Verbs", StringComparison.Ordinal) && t.IsAbstract && t.IsSealed)
            .SelectMany(static t => t.GetFields()).Where(static f => f.IsLiteral).Select(static f => (string)f.GetRawConstantValue()!),
    ];

    public static TheoryData<string> Names => [.. Commands.Types.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Names_are_approved_verbs_and_prefixed_singular_nouns(string name)
    {
        var type = Commands.Types[name];
        var attribute = Commands.Attribute(type);
        Assert.Contains(attribute.VerbName, ApprovedVerbs);
        Assert.StartsWith("Kv", attribute.NounName);
        Assert.False(attribute.NounName.EndsWith('s') && !attribute.NounName.EndsWith("Status", StringComparison.Ordinal));
        Assert.Equal($"{attribute.VerbName}{attribute.NounName}Command", type.Name);
        Assert.True(type.IsSealed);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_changes_things_asks_and_nothing_else_does(string name)
    {
        var attribute = Commands.Attribute(Commands.Types[name]);
        Assert.Equal(Mutators.Contains(attribute.VerbName) && !Makers.Contains(name), attribute.SupportsShouldProcess);
    }

    /// <summary>Remove-KvKey asks by itself, when more than single keys are meant.</summary>
    [Theory]
    [InlineData(ConfirmImpact.High, "Remove-KvUser", "Remove-KvRole", "Remove-KvMember", "Remove-KvCluster", "Restore-KvSnapshot",
        "Enable-KvAuthentication", "Disable-KvAuthentication", "Compress-KvHistory", "Optimize-KvStorage", "Uninstall-KvService")]
    [InlineData(ConfirmImpact.Low, "Set-KvKey", "Copy-KvKey", "Measure-KvPerformance")]
    public void What_destroys_asks_first_and_what_is_daily_work_does_not(ConfirmImpact impact, params string[] names) =>
        Assert.All(names, name => Assert.Equal(impact, Commands.Attribute(Commands.Types[name]).ConfirmImpact));

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_output_type_has_a_table_a_list_and_a_default_set(string name)
    {
        var outputs = Commands.Types[name].GetCustomAttributes<OutputTypeAttribute>().SelectMany(static o => o.Type).Select(static t => t.Type).ToList();
        Assert.NotEmpty(outputs);
        foreach (var type in outputs.Where(static t => t.Assembly == Commands.Assembly))
        {
            var views = XDocument.Load(Path.Combine(AppContext.BaseDirectory, "Kv.Format.ps1xml")).Descendants("View")
                .Where(v => v.Descendants("TypeName").Single().Value == type.FullName).ToList();
            Assert.Single(views, static v => v.Element("TableControl") is not null);
            Assert.Single(views, static v => v.Element("ListControl") is not null);
            Assert.All(
                views.SelectMany(static v => v.Descendants("PropertyName")),
                property => Assert.True(type.GetProperty(property.Value) is not null, $"{type.Name}.{property.Value}"));

            var members = XDocument.Load(Path.Combine(AppContext.BaseDirectory, "Kv.Types.ps1xml")).Descendants("Type")
                .Single(t => t.Element("Name")!.Value == type.FullName);
            Assert.All(
                members.Descendants("ReferencedProperties").Elements("Name"),
                property => Assert.True(type.GetProperty(property.Value) is not null, $"{type.Name}.{property.Value}"));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Parameters_are_pascal_case_singular_and_no_plain_booleans(string name)
    {
        string[] notPlural = ["Seconds", "Status", "Previous", "Access", "Exists", "Tls"];
        foreach (var parameter in Own(name))
        {
            Assert.True(char.IsUpper(parameter.Name[0]), parameter.Name);
            Assert.False(
                parameter.Name.EndsWith('s') && !notPlural.Any(n => parameter.Name.EndsWith(n, StringComparison.Ordinal)),
                parameter.Name);
            Assert.NotEqual(typeof(bool), parameter.PropertyType);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_parameter_set_takes_pipeline_input_and_at_most_one_by_value(string name)
    {
        using var shell = new Shell();
        var command = shell.Run("Get-Command $a", name).WithoutErrors().Single<CmdletInfo>();
        foreach (var set in command.ParameterSets)
        {
            var piped = set.Parameters.Where(static p => p.ValueFromPipeline || p.ValueFromPipelineByPropertyName).ToList();
            Assert.True(piped.Count > 0, $"{name} {set.Name}");
            Assert.True(piped.Count(static p => p.ValueFromPipeline) <= 1, $"{name} {set.Name}");
        }
    }

    [Fact]
    public void The_surface_is_the_one_published()
    {
        var lines = new List<string>();
        foreach (var command in Commands.Imported().OrderBy(static c => c.Name, StringComparer.Ordinal))
        {
            lines.Add(command.Name);
            lines.AddRange(command.ParameterSets.Select(static s => $"  {s.Name}: {s}").Order(StringComparer.Ordinal));
        }

        Commands.MatchesFile(Commands.Source("tests", "PSModule.Tests", "Goldens", "surface.txt"), string.Join("\n", lines) + "\n");
    }

    private static IEnumerable<PropertyInfo> Own(string name) =>
        Commands.Types[name].GetProperties().Where(static p => p.GetCustomAttributes<ParameterAttribute>().Any());
}
