// Builds Kv.dll-Help.xml from the pages, the cmdlets' metadata and their doc comments. The result is
// committed; the tests compare it, and KV_WRITE_GOLDENS=1 writes it.

using System.Management.Automation;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using PSModule.Tests.Hosting;

namespace PSModule.Tests.Help;

internal sealed partial class MamlFile
{
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";
    private static readonly XNamespace Root = "http://msh";

    private readonly Dictionary<string, string> _comments = XDocument
        .Load(Path.Combine(AppContext.BaseDirectory, "Kv.xml")).Descendants("member")
        .ToDictionary(static m => m.Attribute("name")!.Value, static m => Flat(m.Element("summary")?.Value ?? string.Empty));

    /// <summary>The whole file as text.</summary>
    public string Build()
    {
        var root = new XElement(
            Root + "helpItems",
            new XAttribute("schema", "maml"),
            new XComment(" Made from PSModule/Help and the doc comments; KV_WRITE_GOLDENS=1 on PSModule.Tests makes it anew. "),
            Commands.Imported().OrderBy(static c => c.Name, StringComparer.Ordinal).Select(Describe));
        return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" + root + "\n";
    }

    private XElement Describe(CmdletInfo command)
    {
        var page = HelpPage.Read(command.Name);
        return new XElement(
            Command + "command",
            new XAttribute(XNamespace.Xmlns + "maml", Maml.NamespaceName),
            new XAttribute(XNamespace.Xmlns + "command", Command.NamespaceName),
            new XAttribute(XNamespace.Xmlns + "dev", Dev.NamespaceName),
            new XElement(
                Command + "details",
                new XElement(Command + "name", command.Name),
                new XElement(Maml + "description", Paragraph(page.Synopsis)),
                new XElement(Command + "verb", command.Verb),
                new XElement(Command + "noun", command.Noun)),
            new XElement(Maml + "description", page.Description.Select(Paragraph)),
            new XElement(Command + "syntax", command.ParameterSets.Select(set => Syntax(command, set))),
            new XElement(
                Command + "parameters",
                Own(command.Parameters.Values.Select(static p => p.Name)).Select(name => Parameter(command, Widest(command, name), true))),
            new XElement(Command + "inputTypes", Inputs(command).Select(static t => TypeItem("inputType", t))),
            new XElement(Command + "returnValues", command.OutputType.Select(static t => TypeItem("returnValue", t.Name))),
            new XElement(Command + "examples", page.Examples.Select(Example)));
    }

    private XElement Syntax(CmdletInfo command, CommandParameterSetInfo set) => new(
        Command + "syntaxItem",
        new XElement(Maml + "name", command.Name),
        set.Parameters.Where(static p => !Commands.Common.Contains(p.Name))
            .OrderBy(static p => p.Position < 0 ? int.MaxValue : p.Position).ThenByDescending(static p => p.IsMandatory)
            .ThenBy(static p => p.Name, StringComparer.Ordinal)
            .Select(p => Parameter(command, p, false)));

    private XElement Parameter(CmdletInfo command, CommandParameterInfo parameter, bool isFull)
    {
        var type = TypeName(parameter.ParameterType);
        var element = new XElement(
            Command + "parameter",
            new XAttribute("required", Text(parameter.IsMandatory)),
            new XAttribute("globbing", Text(parameter.Attributes.OfType<SupportsWildcardsAttribute>().Any())),
            new XAttribute("pipelineInput", Pipeline(parameter)),
            new XAttribute("position", parameter.Position < 0 ? "named" : parameter.Position.ToString(null, null)),
            new XAttribute("aliases", parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases)),
            new XElement(Maml + "name", parameter.Name));
        if (isFull)
        {
            element.Add(new XElement(Maml + "description", Paragraph(Comment(command, parameter.Name))));
        }

        if (type != "SwitchParameter")
        {
            element.Add(new XElement(Command + "parameterValue", new XAttribute("required", "true"), type));
        }

        element.Add(new XElement(Dev + "type", new XElement(Maml + "name", type)));
        return element;
    }

    private string Comment(CmdletInfo command, string parameter)
    {
        var declaring = command.ImplementingType.GetProperty(parameter)?.DeclaringType;
        return declaring is null ? parameter switch
        {
            "WhatIf" => "Says what would be changed, and changes nothing.",
            _ => "Asks before every change.",
        }
        : _comments[$"P:{declaring.FullName}.{parameter}"];
    }

    private static IEnumerable<string> Own(IEnumerable<string> names) =>
        names.Where(static n => !Commands.Common.Contains(n) || n is "WhatIf" or "Confirm").OrderBy(static n => n, StringComparer.Ordinal);

    private static CommandParameterInfo Widest(CmdletInfo command, string name) => command.ParameterSets
        .SelectMany(static s => s.Parameters).Where(p => p.Name == name).OrderBy(static p => p.IsMandatory).First();

    private static IEnumerable<string> Inputs(CmdletInfo command) => command.ParameterSets.SelectMany(static s => s.Parameters)
        .Where(static p => p.ValueFromPipeline).Select(static p => (p.ParameterType.GetElementType() ?? p.ParameterType).FullName!)
        .Concat(command.ParameterSets.SelectMany(static s => s.Parameters).Any(static p => p.ValueFromPipelineByPropertyName)
            ? ["System.Management.Automation.PSObject"] : Array.Empty<string>())
        .Distinct();

    private static XElement TypeItem(string element, string type) => new(
        Command + element,
        new XElement(Dev + "type", new XElement(Maml + "name", type == "System.Void" ? "None" : type)),
        new XElement(Maml + "description", Paragraph(type == "System.Management.Automation.PSObject"
            ? "Objects with properties named like the parameters that take pipeline input by property name."
            : string.Empty)));

    private static XElement Example(HelpExample example) => new(
        Command + "example",
        new XElement(Maml + "title", example.Title),
        new XElement(Dev + "code", example.Code),
        new XElement(Dev + "remarks", Paragraph(example.Remarks)));

    private static XElement Paragraph(string text) => new(Maml + "para", Flat(text));

    private static string Text(bool value) => value ? "true" : "false";

    private static string Pipeline(CommandParameterInfo parameter) =>
        (parameter.ValueFromPipeline, parameter.ValueFromPipelineByPropertyName) switch
        {
            (true, true) => "true (ByValue, ByPropertyName)",
            (true, false) => "true (ByValue)",
            (false, true) => "true (ByPropertyName)",
            _ => "false",
        };

    private static string TypeName(Type type) => type.IsArray ? TypeName(type.GetElementType()!) + "[]" : type.Name;

    private static string Flat(string text) => Blanks().Replace(text.Trim(), " ");

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
