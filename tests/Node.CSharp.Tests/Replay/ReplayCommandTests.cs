// kvnode replay on what three engines recorded of an election: the story, its parts, its forms, its exit codes.
using System.Text.Json;
using Kv.Node.Commands;
using Kv.Node.Options;
using Kv.Node.Ports;
using Kv.Node.Recording;
using Kv.Node.Replay;
using Kv.Node.Tests.Leases;
using Kv.Node.Tests.Ports;
using Kv.Node.Tests.Recording;
using Xunit;

namespace Kv.Node.Tests.Replay;

/// <summary>Three engines that lost their leader, stopped.</summary>
#pragma warning disable CA1001 // xunit calls DisposeAsync.
public sealed class RecordedCluster : IAsyncLifetime
#pragma warning restore CA1001
{
    private readonly EngineCluster _cluster = new(3);

    internal string Directory => _cluster.Directory;

    internal string Leader { get; private set; } = "";

    internal string Next { get; private set; } = "";

    public async Task InitializeAsync()
    {
        var leader = await _cluster.LeaderAsync();
        Leader = NameOf(leader.MemberId);
        await leader.PutAsync("a-secret-key");
        _cluster.Cut.Add(leader.MemberId);
        var next = await _cluster.LeaderAsync();
        Next = NameOf(next.MemberId);
        await next.PutAsync("another-key");
        for (var i = 0; i < 3; i++)
        {
            await _cluster.StopAsync(i);
        }
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    private string NameOf(ulong id) => _cluster.Engines[0]!.State.Members.Single(member => member.Id == id).Name;
}

public sealed class ReplayCommandTests(RecordedCluster cluster) : IClassFixture<RecordedCluster>
{
    [Fact]
    public void The_story_of_all_members_is_told_in_order_of_time()
    {
        var (code, lines) = Run(cluster.Directory);

        Assert.Equal(0, code);
        Assert.Matches("^replayed [0-9]+ steps; each came to what it did on the node$", lines[^1]);
        var story = lines[..^1];
        Assert.Equal(story.Select(TimeOf).Order(), story.Select(TimeOf));
        Assert.Contains(story, line => line.Contains($" {cluster.Leader} ", StringComparison.Ordinal) && line.Contains("leads term", StringComparison.Ordinal));
        var lost = Array.FindIndex(story, line => line.Contains($"since {cluster.Leader} was not heard for ", StringComparison.Ordinal));
        Assert.NotEqual(-1, lost);
        Assert.Contains(story[lost..], line => line.Contains($" {cluster.Next} term ", StringComparison.Ordinal) && line.Contains("leads term", StringComparison.Ordinal));
    }

    [Fact]
    public void A_member_is_found_from_its_data_directory_or_below()
    {
        var data = Path.Combine(cluster.Directory, cluster.Next);

        var (code, lines) = Run(data);

        Assert.Equal(0, code);
        Assert.Contains($"({cluster.Next}) of cluster", lines[0], StringComparison.Ordinal);
        Assert.Equal(lines, Run(Path.Combine(data, "member")).Lines);
        Assert.Equal(lines, Run(Path.Combine(data, "member", "recorder")).Lines);
    }

    [Fact]
    public void Terms_and_times_are_chosen()
    {
        var (_, all) = Run(cluster.Directory);
        var (_, ofTerm) = Run(cluster.Directory, "--term", "1");
        Assert.All(ofTerm[..^1], line => Assert.Contains(" term 1 ", line, StringComparison.Ordinal));
        Assert.InRange(ofTerm.Length, 2, all.Length - 1);

        var middle = TimeOf(all[all.Length / 2]);
        var (_, after) = Run(cluster.Directory, "--from", middle);
        var (_, before) = Run(cluster.Directory, "--to", middle);
        Assert.All(after[..^1], line => Assert.True(string.CompareOrdinal(TimeOf(line), middle) >= 0));
        Assert.All(before[..^1], line => Assert.True(string.CompareOrdinal(TimeOf(line), middle) <= 0));
        Assert.True(after.Length + before.Length >= all.Length + 1);
        Assert.InRange(after.Length, 2, all.Length - 1);
    }

    [Fact]
    public void Programs_read_one_object_a_line()
    {
        var (_, text) = Run(cluster.Directory);
        var (code, lines) = Run(cluster.Directory, "--json");

        Assert.Equal((0, text.Length), (code, lines.Length));
        var objects = lines.Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(["file", "kind", "member", "offset", "step", "term", "text", "time"], objects[0].EnumerateObject().Select(p => p.Name).Order());
        Assert.Equal("end", objects[^1].GetProperty("kind").GetString());
        Assert.Contains(objects, line => line.GetProperty("kind").GetString() == "election");
    }

    [Fact]
    public void Stepping_shows_inputs_with_the_states_around_them_and_waits()
    {
        var (code, lines) = RunMember("\n\ns\nq\n", "--step");

        Assert.Equal(0, code);
        Assert.Equal(4, lines.Count(line => line.StartsWith("Enter: next input", StringComparison.Ordinal)));
        var shown = lines.Where(line => line.Contains(" step ", StringComparison.Ordinal)).ToArray();
        Assert.Equal(4, shown.Length);
        Assert.Matches(@"^\S+ step 1 \(0000000000000001\.rec at offset [0-9]+\): ", shown[0]);
        Assert.Contains(lines, line => line.StartsWith($"    before {cluster.Next} Follower term 0", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith($"    after  {cluster.Next} Follower term 0", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.StartsWith("replayed", StringComparison.Ordinal));
    }

    [Fact]
    public void Stepping_to_the_end_tells_the_rest()
    {
        var (_, told) = Run(Path.Combine(cluster.Directory, cluster.Next));

        var (code, lines) = RunMember("e\n", "--step");

        Assert.Equal(0, code);
        Assert.Equal(told, lines.Where(line => told.Contains(line)));
        Assert.Single(lines, line => line.Contains(" step ", StringComparison.Ordinal));
    }

    [Fact]
    public void Everything_is_shown_if_asked_for()
    {
        var (_, told) = Run(Path.Combine(cluster.Directory, cluster.Next));

        var (code, lines) = RunMember("", "--verbose");

        Assert.Equal(0, code);
        var steps = int.Parse(told[^1].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(steps, lines.Count(line => line.Contains(" step ", StringComparison.Ordinal)));
        Assert.Contains(lines, line => line.StartsWith("    effect Persist ", StringComparison.Ordinal));
        Assert.All(told, line => Assert.Contains(line, lines));
    }

    [Fact]
    public void The_first_divergence_ends_the_replay_with_an_exit_code_of_its_own()
    {
        using var copy = new TemporaryDirectory();
        var name = RecordingFormat.NameOf(1);
        var bytes = File.ReadAllBytes(Path.Combine(cluster.Directory, cluster.Next, "member", "recorder", name));
        File.WriteAllBytes(copy.Path(name), bytes);
        var step = new RecordingReader(new PhysicalDisk(), copy.Root).Read().OfType<RecordedStep>().ElementAt(30);
        bytes[RecordingBytes.FingerprintAt(bytes, step.Place.Offset)] ^= 1;
        RecordingBytes.Reseal(bytes);
        File.WriteAllBytes(copy.Path(name), bytes);

        var (code, lines) = Run(copy.Root, "--term", "999");
        var (stepped, _) = Run(copy.Root, "--verbose");

        Assert.Equal((ReplayCommand.Diverged, ReplayCommand.Diverged), (code, stepped));
        Assert.Contains($"divergence: step 31 ({name} at offset {step.Place.Offset}): the node came to ", lines[0], StringComparison.Ordinal);
        Assert.Equal(2, lines.Length);
    }

    [Fact]
    public void What_cannot_be_read_is_an_exit_code_too()
    {
        using var copy = new TemporaryDirectory();
        File.WriteAllText(copy.Path(RecordingFormat.NameOf(1)), "something else entirely");

        var (code, lines) = Run(copy.Root);

        Assert.Equal(1, code);
        Assert.Contains("damage:", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("but part of the recording cannot be read (see above)", lines[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "takes one dir and got 0")]
    [InlineData("/nowhere", "there is no recording in /nowhere")]
    [InlineData("DIR --from yesterday", "for --from: expected a time as in the log")]
    [InlineData("DIR --term x", "for --term: ")]
    [InlineData("DIR --step", "--step and --verbose are for the recording of one member")]
    [InlineData("DIR/n1 --verbose --json", "--step and --verbose are for the recording of one member, and for people")]
    public void What_is_wrong_is_named(string arguments, string expected)
    {
        string[] given = [.. arguments.Replace("DIR", cluster.Directory, StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries)];

        var error = Assert.Throws<OptionsException>(() => ReplayCommand.Run(given, TextReader.Null, TextWriter.Null));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_key_is_in_a_recording()
    {
        foreach (var name in new[] { "n1", "n2", "n3" })
        {
            var member = Path.Combine(cluster.Directory, name, "member");
            Assert.Contains("a-secret-key", ContentOf(Path.Combine(member, "wal")), StringComparison.Ordinal);
            Assert.DoesNotContain("secret", ContentOf(Path.Combine(member, "recorder")), StringComparison.Ordinal);
        }
    }

    private static string ContentOf(string directory) =>
        string.Concat(Directory.GetFiles(directory).Select(path => System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(path))));

    private static string TimeOf(string line) => line.Split(' ')[0];

    private static (int Code, string[] Lines) Run(string directory, params string[] flags) =>
        RunWith([directory, .. flags], "");

    private (int Code, string[] Lines) RunMember(string input, string flag) =>
        RunWith([Path.Combine(cluster.Directory, cluster.Next), flag], input);

    private static (int Code, string[] Lines) RunWith(string[] arguments, string input)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var code = ReplayCommand.Run(arguments, new StringReader(input), output);
        return (code, output.ToString().TrimEnd('\n').Split('\n'));
    }
}
