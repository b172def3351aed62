// Should, with the operators that the specs use and Pester's rules for them.

using System.Collections;
using System.Management.Automation;

namespace PSModule.Tests.Specs;

/// <summary>Should.</summary>
[Cmdlet(VerbsLifecycle.Assert, "Spec")]
public sealed class ShouldCommand : SpecCommandBase
{
    private readonly List<object?> _actual = [];

    [Parameter(ValueFromPipeline = true)]
    [AllowNull]
    public object? ActualValue { get; set; }

    [Parameter]
    public SwitchParameter Not { get; set; }

    [Parameter]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public object? Be { get; set; }

    [Parameter]
    [AllowNull]
    [AllowEmptyString]
    public object? BeExactly { get; set; }

    [Parameter]
    public SwitchParameter BeTrue { get; set; }

    [Parameter]
    public SwitchParameter BeFalse { get; set; }

    [Parameter]
    public SwitchParameter BeNullOrEmpty { get; set; }

    [Parameter]
    public int HaveCount { get; set; }

    [Parameter]
    public Type? BeOfType { get; set; }

    [Parameter]
    public object? BeGreaterThan { get; set; }

    [Parameter]
    public object? BeLessThan { get; set; }

    [Parameter]
    public object? Contain { get; set; }

    [Parameter]
    public string? Match { get; set; }

    [Parameter]
    public SwitchParameter Throw { get; set; }

    [Parameter]
    public string? ErrorId { get; set; }

    [Parameter]
    public string? ExpectedMessage { get; set; }

    protected override void ProcessRecord()
    {
        if (MyInvocation.ExpectingInput || MyInvocation.BoundParameters.ContainsKey(nameof(ActualValue)))
        {
            _actual.Add(Plain(ActualValue));
        }
    }

    protected override void EndProcessing()
    {
        var holds = Holds(out var operation);
        if (holds == Not.IsPresent)
        {
            var actual = string.Join(", ", _actual.Select(static a => $"'{a}'"));
            ThrowTerminatingError(new ErrorRecord(
                new InvalidOperationException($"Expected {actual} to {(Not ? "not " : "")}{operation}."), "SpecFailed", ErrorCategory.InvalidResult, null));
        }
    }

    private bool Holds(out string operation)
    {
        string[] modifiers = [nameof(ActualValue), nameof(Not), nameof(ErrorId), nameof(ExpectedMessage)];
        var name = MyInvocation.BoundParameters.Keys.Except(modifiers).Except(CommonParameters).Single();
        operation = $"{name} '{MyInvocation.BoundParameters[name]}'";
        return name switch
        {
            nameof(Be) => AreEqual(Be, ignoreCase: true),
            nameof(BeExactly) => AreEqual(BeExactly, ignoreCase: false),
            nameof(BeTrue) => LanguagePrimitives.IsTrue(Single()),
            nameof(BeFalse) => !LanguagePrimitives.IsTrue(Single()),
            nameof(BeNullOrEmpty) => _actual.Count == 0 || (_actual.Count == 1 && _actual[0] is null or "" or ICollection { Count: 0 }),
            nameof(HaveCount) => _actual.Count == HaveCount,
            nameof(BeOfType) => _actual.Count > 0 && _actual.TrueForAll(a => BeOfType!.IsInstanceOfType(a)),
            nameof(BeGreaterThan) => LanguagePrimitives.Compare(Single(), BeGreaterThan) > 0,
            nameof(BeLessThan) => LanguagePrimitives.Compare(Single(), BeLessThan) < 0,
            nameof(Contain) => _actual.Exists(a => LanguagePrimitives.Equals(a, Plain(Contain), ignoreCase: true)),
            nameof(Match) => System.Text.RegularExpressions.Regex.IsMatch($"{Single()}", Match!, System.Text.RegularExpressions.RegexOptions.IgnoreCase),
            nameof(Throw) => Throws(),
            _ => throw new InvalidOperationException(name),
        };
    }

    private object? Single() => _actual.Count == 1 ? _actual[0] : throw new InvalidOperationException($"one value is expected, not {_actual.Count}");

    private bool AreEqual(object? expected, bool ignoreCase)
    {
        var plain = Plain(expected);
        if (plain is not IList wanted)
        {
            return _actual.Count == 0 ? plain is null : _actual.Count == 1 && LanguagePrimitives.Equals(_actual[0], plain, ignoreCase);
        }

        // A collection that was piped comes item by item; one that was wrapped to stay whole does not.
        IList actual = _actual is [IList whole] ? whole : _actual;
        return actual.Count == wanted.Count
            && !actual.Cast<object?>().Where((a, i) => !LanguagePrimitives.Equals(Plain(a), Plain(wanted[i]), ignoreCase)).Any();
    }

    private bool Throws()
    {
        try
        {
            InvokeCommand.InvokeScript(true, (ScriptBlock)Single()!, null);
            return false;
        }
        catch (RuntimeException exception)
        {
            return (ErrorId is null || Like(exception.ErrorRecord.FullyQualifiedErrorId, ErrorId))
                && (ExpectedMessage is null || Like(exception.ErrorRecord.Exception.Message, ExpectedMessage));
        }
    }

    private static bool Like(string text, string pattern) => new WildcardPattern(pattern, WildcardOptions.IgnoreCase).IsMatch(text);

    private static object? Plain(object? value) => value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;
}
