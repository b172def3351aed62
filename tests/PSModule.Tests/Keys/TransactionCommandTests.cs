// Transactions from the prompt, on a real cluster.

using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using PSModule.Tests.Hosting;

namespace PSModule.Tests.Keys;

[Collection(NodeFixture.Name)]
public sealed class TransactionCommandTests(NodeFixture cluster)
{
    [Fact]
    public void One_branch_is_done_at_one_revision()
    {
        using var shell = cluster.Connect();
        shell.Run("Remove-KvKey txn/ -Prefix -Force; Set-KvKey txn/job todo").WithoutErrors();
        const string Script = "Invoke-KvTransaction -If (New-KvCompare txn/job -Value todo) "
            + "-Then (New-KvOperation Put txn/job doing), (New-KvOperation Put txn/owner anna), (New-KvOperation Get txn/ -Prefix) "
            + "-Else (New-KvOperation Get txn/owner)";
        var then = shell.Run(Script).WithoutErrors().Single<KvTransactionResult>();
        Assert.True(then.Succeeded);
        Assert.Equal([1, 1, 2], then.Result.Select(static r => r.Count));
        Assert.All(then.Result[2].Row, row => Assert.Equal(then.Revision, row.ModRevision));

        var otherwise = shell.Run(Script).WithoutErrors().Single<KvTransactionResult>();
        Assert.False(otherwise.Succeeded);
        Assert.Equal("anna", otherwise.Result.Single().Row.Single().Value);
    }

    [Fact]
    public void Each_guard_says_what_it_compares()
    {
        using var shell = cluster.Connect();
        shell.Run("Remove-KvKey guard/ -Prefix -Force; $row = Set-KvKey guard/a 1 -PassThru; $row = Set-KvKey guard/a 1 -PassThru").WithoutErrors();
        var cases = new (string Guard, bool Holds)[]
        {
            ("guard/a -Exists", true), ("guard/none -Exists", false), ("guard/none -Absent", true), ("guard/a -Absent", false),
            ("guard/a -Version 2", true), ("guard/a -Version 2 -Operator Less", false), ("guard/a -Version 1 -Operator Greater", true),
            ("guard/a -Value 1", true), ("guard/a -Value 2 -Operator NotEqual", true), ("guard/none -Value ''", false),
            ("guard/a -CreateRevision $row.CreateRevision", true), ("guard/a -ModRevision $row.CreateRevision", false),
            ("guard/a -LeaseId 0", true), ("guard/ -Prefix -Version 2", true), ("-Unchanged $row", true),
        };
        foreach (var (guard, holds) in cases)
        {
            var result = shell.Run($"Invoke-KvTransaction -If (New-KvCompare {guard})").WithoutErrors().Single<KvTransactionResult>();
            Assert.True(holds == result.Succeeded, guard);
        }

        shell.Run("Set-KvKey guard/a 2").WithoutErrors();
        Assert.False(shell.Run("Invoke-KvTransaction -If ($row | New-KvCompare)").WithoutErrors().Single<KvTransactionResult>().Succeeded);
    }

    [Fact]
    public void Operations_are_piped_and_nothing_is_written_with_WhatIf()
    {
        using var shell = cluster.Connect();
        shell.Run("Remove-KvKey many/ -Prefix -Force").WithoutErrors();
        const string Script = "1..5 | ForEach-Object { New-KvOperation Put \"many/$_\" $_ } | Invoke-KvTransaction";
        Assert.Empty(shell.Run(Script + " -WhatIf").WithoutErrors().Output);
        Assert.Equal(0L, shell.Run("Get-KvKey many/ -Prefix -CountOnly").Single<long>());
        var revision = shell.Run(Script).WithoutErrors().Single<KvTransactionResult>().Revision;
        Assert.All(shell.Run("Get-KvKey many/ -Prefix").As<KvKey>(), row => Assert.Equal(revision, row.ModRevision));
        Assert.Equal(5L, shell.Run("Invoke-KvTransaction (New-KvOperation Remove many/ -Prefix)").Single<KvTransactionResult>().Result[0].Count);
    }

    [Fact]
    public void The_text_of_etcdctl_is_understood()
    {
        using var shell = cluster.Connect();
        shell.Run("Remove-KvKey text/ -Prefix -Force; Set-KvKey text/a 1").WithoutErrors();
        const string Text = "mod(\"text/a\") > \"0\"\nvalue(\"text/a\") = \"1\"\n\nput \"text/b c\" 'x \"y\"'\nget text/ --prefix\ndel text/a\n\nget text/a\n";
        var result = shell.Run("Invoke-KvTransaction -Text $a", Text).WithoutErrors().Single<KvTransactionResult>();
        Assert.True(result.Succeeded);
        Assert.Equal(["text/a", "text/b c"], result.Result[1].Row.Select(static r => r.Key));
        Assert.Equal("x \"y\"", result.Result[1].Row[1].Value);
        result = shell.Run("Invoke-KvTransaction -Text $a", Text).WithoutErrors().Single<KvTransactionResult>();
        Assert.Equal((false, 0L), (result.Succeeded, result.Result[0].Count));
    }

    [Theory]
    [InlineData("size(\"a\") = \"1\"", "what can be compared")]
    [InlineData("mod(\"a\") ~ \"1\"", "a condition looks like")]
    [InlineData("mod(\"a\") = \"x\"", "no number")]
    [InlineData("\nput a", "an operation is")]
    [InlineData("\nput a \"b", "a quote is not closed")]
    [InlineData("\nget a --from-key", "the only flag")]
    [InlineData("\nget a\n\nget b\n\nget c", "more than two empty lines")]
    public void Text_that_is_not_understood_is_shown(string text, string reason)
    {
        using var shell = cluster.Connect();
        Assert.Contains(reason, shell.Run("Invoke-KvTransaction -Text $a", text).Errors.Single().Exception.Message);
    }

    [Fact]
    public void What_cannot_be_an_operation_is_refused()
    {
        using var shell = cluster.Connect();
        Assert.Equal(KvErrorId.RequestRefused, shell.Run("New-KvOperation Put a").ErrorId);
        Assert.Equal(KvErrorId.RequestRefused, shell.Run("New-KvOperation Put a 1 -Prefix").ErrorId);
        Assert.Contains(
            "duplicate key",
            shell.Run("Invoke-KvTransaction (New-KvOperation Put a 1), (New-KvOperation Put a 2)").Errors.Single().Exception.Message);
    }
}
