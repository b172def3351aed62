// What one run of a script left on each stream.

using System.Management.Automation;

namespace PSModule.Tests.Hosting;

internal sealed record ShellResult(
    IReadOnlyList<PSObject> Output,
    IReadOnlyList<ErrorRecord> Errors,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<string> Verbose)
{
    /// <summary>The base objects of the output, all of this type.</summary>
    public IReadOnlyList<T> As<T>() => [.. Output.Select(static o => (T)o.BaseObject)];

    /// <summary>The one object of the output.</summary>
    public T Single<T>() => Assert.Single(As<T>());

    /// <summary>The stable id of the one error.</summary>
    public string ErrorId => Assert.Single(Errors).FullyQualifiedErrorId.Split(',')[0];

    public ShellResult WithoutErrors()
    {
        Assert.True(Errors.Count == 0, string.Join(Environment.NewLine, Errors.Select(static e => $"{e.FullyQualifiedErrorId}: {e}")));
        return this;
    }
}
