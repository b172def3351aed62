// Error ids are an interface: none may be renamed or lost.

using System.Reflection;
using Kv.PowerShell.Errors;
using PSModule.Tests.Hosting;

namespace PSModule.Tests.Surface;

public sealed class ErrorIdTests
{
    internal static IReadOnlyList<string> All { get; } =
    [
        .. typeof(KvErrorId).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(static f => (string)f.GetRawConstantValue()!).Order(StringComparer.Ordinal),
    ];

    [Fact]
    public void Error_ids_are_those_published() =>
        Commands.MatchesFile(Commands.Source("tests", "PSModule.Tests", "Goldens", "error-ids.txt"), string.Join("\n", All) + "\n");

    [Fact]
    public void Exceptions_have_one_root_and_are_sealed() => Assert.All(
        typeof(KvException).Assembly.GetExportedTypes().Where(static t => typeof(Exception).IsAssignableFrom(t) && t != typeof(KvException)),
        static t => Assert.True(t.IsSealed && t.BaseType == typeof(KvException)));
}
