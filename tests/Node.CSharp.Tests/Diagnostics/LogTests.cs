// What the log looks like to people and to machines.
using System.Text;
using System.Text.Json;
using Kv.Node.Diagnostics;
using Kv.Node.Options;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Kv.Node.Tests.Diagnostics;

public sealed class LogTests
{
    [Fact]
    public void The_console_form_is_one_readable_line_a_message()
    {
        var text = Capture("console", "info", factory =>
            factory.CreateLogger("Kv.Node.Peers.PeerTransport").PeerConnected("a1", "http://h:1\nfatal forged: line"));

        Assert.Equal("2026-01-02T03:04:05.678000Z info  peers: connected to peer a1 at http://h:1 fatal forged: line\n", text);
    }

    [Fact]
    public void The_json_form_is_one_object_a_line_with_the_parameters_as_fields()
    {
        var text = Capture("json", "info", factory =>
        {
            var logger = factory.CreateLogger("Kv.Node.Peers.PeerTransport");
            logger.SnapshotSent(123456789012, 42, "a1\n\"", 17);
            logger.LogWarning("a parameter may be called {Level}", "high");
        });

        var lines = text.TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        using var json = JsonDocument.Parse(lines[0]);
        var fields = json.RootElement;
        Assert.Equal("info", fields.GetProperty("level").GetString());
        Assert.Equal("2026-01-02T03:04:05.678000Z", fields.GetProperty("ts").GetString());
        Assert.Equal("peers", fields.GetProperty("logger").GetString());
        Assert.Equal(409, fields.GetProperty("event").GetInt32());
        Assert.Equal(123456789012, fields.GetProperty("bytes").GetInt64());
        Assert.Equal(42UL, fields.GetProperty("index").GetUInt64());
        Assert.Equal("a1\n\"", fields.GetProperty("peer").GetString());
        Assert.StartsWith("sent a snapshot of 123456789012 bytes", fields.GetProperty("msg").GetString(), StringComparison.Ordinal);
        using var second = JsonDocument.Parse(lines[1]);
        Assert.Equal("warn", second.RootElement.GetProperty("level").GetString());
        Assert.Equal("high", second.RootElement.GetProperty("level_").GetString());
        Assert.False(fields.TryGetProperty("{OriginalFormat}", out _));
    }

    [Theory]
    [InlineData("debug", "debug info warn error fatal|info warn error fatal")]
    [InlineData("info", "info warn error fatal|warn error fatal")]
    [InlineData("warn", "warn error fatal|warn error fatal")]
    [InlineData("error", "error fatal|error fatal")]
    [InlineData("panic", "fatal|fatal")]
    [InlineData("fatal", "fatal|fatal")]
    public void The_level_filters_own_messages_and_those_of_libraries_from_warnings_up(string level, string expected)
    {
        string Shown(string category) => string.Join(' ', Capture("console", level, factory =>
        {
            var logger = factory.CreateLogger(category);
            for (var l = LogLevel.Debug; l <= LogLevel.Critical; l++)
            {
                logger.Log(l, "x");
            }
        }).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[1]));

        Assert.Equal(expected, Shown("Kv.Node.Engine.Loop") + "|" + Shown("Microsoft.AspNetCore.Hosting"));
    }

    [Theory]
    [InlineData("console")]
    [InlineData("json")]
    public void An_exception_is_shown_with_its_stack(string format)
    {
        var text = Capture(format, "info", factory =>
        {
            try
            {
                throw new InvalidOperationException("boom");
            }
            catch (InvalidOperationException problem)
            {
                factory.CreateLogger("Kv.Node.Engine.Loop").LogError(problem, "failed");
            }
        });

        Assert.Contains("engine", text, StringComparison.Ordinal);
        Assert.Contains("boom", text, StringComparison.Ordinal);
        Assert.Contains(nameof(An_exception_is_shown_with_its_stack), text, StringComparison.Ordinal);
        Assert.Equal(format == "json" ? 1 : 3, text.Count(character => character == '\n'));
    }

    [Fact]
    public void A_broken_log_does_not_break_the_node()
    {
        using var closed = new BrokenStream();
        using var factory = Factory("console", "info", closed);

        factory.CreateLogger("Kv.Node.Engine.Loop").LogError("lost");

        Assert.Equal(1, closed.Attempts);
    }

    [Fact]
    public void The_version_text_names_the_product_and_the_etcd_it_stands_in_for()
    {
        var lines = ProductVersion.Describe().TrimEnd('\n').Split('\n');

        Assert.Equal(5, lines.Length);
        Assert.Equal("kvnode Version: " + ProductVersion.Product, lines[0]);
        Assert.Equal("etcd Version: " + ProductVersion.Etcd, lines[1]);
        Assert.Matches(@"^\d+\.\d+\.\d+$", ProductVersion.Product);
        Assert.Matches("^OS/Arch: [a-z]+/[a-z0-9]+$", lines[4]);
    }

    private static string Capture(string format, string level, Action<ILoggerFactory> use)
    {
        using var output = new MemoryStream();
        using (var factory = Factory(format, level, output))
        {
            use(factory);
        }

        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static ILoggerFactory Factory(string format, string level, Stream output) => LoggerFactory.Create(logging =>
        logging.AddNodeLog(new NodeOptions { LogFormat = format, LogLevel = level }, output, new FixedClock()));

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);
    }

    private sealed class BrokenStream : MemoryStream
    {
        public int Attempts { get; private set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Attempts++;
            throw new IOException("broken pipe");
        }
    }
}
