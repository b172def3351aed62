// A cluster in one thread: the members, what is between them, and who may be asked. Nothing here decides what goes
// wrong (Faults) or what is asked for (Workload).
using Kv.Node.Grpc;
using Microsoft.Extensions.Logging;
using Kv.Node.Options;
using Kv.Node.Ports;
using Kv.Node.Recording;
using Kv.Simulation.Checkers;
using Kv.Simulation.Network;
using Kv.Simulation.Time;

namespace Kv.Simulation.Cluster;

/// <summary>The world of one run.</summary>
internal sealed class World
{
    private readonly List<SimMember> _members = [];
    private readonly Dictionary<Uri, SimMember> _byUrl = [];
    private readonly string? _recording;

    /// <param name="day">What kind of day it is.</param>
    /// <param name="linesMax">Lines of text to keep; 0 for none.</param>
    /// <param name="recording">A real directory in which every member records what <c>kvnode replay</c> reads; null for
    /// no recording. The run is the same.</param>
    public World(BadDay day, int linesMax, string? recording = null)
    {
        (Day, Chance, _recording) = (day, new Chance(day.Seed), recording);
        Trace = new Trace(Events, linesMax);
        Links = new Links(day, Events, Chance.Fork());
        Observers = new Observers(this);
        Clients = new Life(Events, Chance.Fork(), day, OnClientFailed);
        InitialMember[] cluster =
        [
            .. Enumerable.Range(1, day.Members).Select(number => new InitialMember($"m{number}", [SimMember.UrlOf(number)])),
        ];
        foreach (var _ in cluster)
        {
            AddMember(cluster, isJoining: false).Start();
        }
    }

    public BadDay Day { get; }

    public Chance Chance { get; }

    public EventQueue Events { get; } = new();

    public Trace Trace { get; }

    public Links Links { get; }

    public Observers Observers { get; }

    /// <summary>Where the code of all clients runs.</summary>
    public Life Clients { get; }

    /// <summary>All members there ever were.</summary>
    public IReadOnlyList<SimMember> Members => _members;

    public IEnumerable<SimMember> Running => _members.Where(member => member.Life is not null);

    public IEnumerable<SimMember> Serving => _members.Where(member => member.Services is not null);

    public SimMember? Find(Uri url) => _byUrl.GetValueOrDefault(url);

    /// <summary>Where a member records its inputs; null for nowhere.</summary>
    public RecordingFiles? RecordingOf(SimMember member) => _recording is null
        ? null
        : new RecordingFiles(
            new PhysicalDisk(syncs: false), Path.Combine(_recording, member.Name, "member", "recorder"), new NodeOptions().RecorderBytes);

    /// <summary>A new member with an empty disk.</summary>
    public SimMember AddMember(IReadOnlyList<InitialMember> cluster, bool isJoining)
    {
        var member = new SimMember(this, _members.Count + 1, Chance.Fork(), cluster, isJoining);
        _members.Add(member);
        _byUrl[member.Url] = member;
        return member;
    }

    /// <summary>Asks a process something and brings the answer back, as over one connection. If that breaks,
    /// nothing comes back.</summary>
    /// <param name="from">Who asks.</param>
    /// <param name="to">Who is asked.</param>
    /// <param name="isClient">A client asks: only a node that serves answers.</param>
    /// <param name="question">Runs in the process that is asked.</param>
    /// <param name="answered">Told of the answer.</param>
    public void Call<T>(
        int from, SimMember to, bool isClient, Func<NodeServices?, Task<T>> question, Action<Answer<T>> answered)
    {
        void Back(Answer<T> answer)
        {
            if (Links.Passage(to.Number, from) is >= 0 and var delay)
            {
                Events.After(delay, () => answered(answer));
            }
        }

        if (Links.Passage(from, to.Number) is not (>= 0 and var there))
        {
            return;
        }

        Events.After(there, () =>
        {
            if (to.Engine is null || (isClient && to.Services is null))
            {
                Back(new Answer<T>(AnswerKind.Refused));
                return;
            }

            to.Life!.Run(async () => Back(await AnswerAsync(to, question)));
        });
    }

    public ILogger LoggerOf(SimMember member) => new SimLogger(this, member);

    /// <summary>A process could not start: what it said is checked, and it tries again.</summary>
    public void OnStartFailed(SimMember member, Exception error, string reason)
    {
        Say(member, $"cannot start: {reason}");
        Observers.OnStartFailed(member, error);
        member.Kill(cutsPower: false);
        RestartLater(member);
    }

    /// <summary>A process ends by itself: its disk failed, or it has a bug.</summary>
    public void OnFault(SimMember member, Exception fault)
    {
        Say(member, $"ends: {fault.Message}");
        if (fault is Violation or not StorageException)
        {
            Observers.Break(fault as Violation ?? new Violation("exception", $"{member.Name}: {fault}"));
        }

        member.Kill(cutsPower: false);
        RestartLater(member);
    }

    public void RestartLater(SimMember member) =>
        Events.After(Chance.Between(Span.Millisecond, Links.IsHealed ? Span.Second : Day.RestartMax), member.Start);

    public void Say(SimMember member, string what)
    {
        if (Trace.IsKept)
        {
            Trace.Say(member.Name, what);
        }
    }

    private static async Task<Answer<T>> AnswerAsync<T>(SimMember to, Func<NodeServices?, Task<T>> question)
    {
        try
        {
            return new Answer<T>(AnswerKind.Value, await question(to.Services));
        }
        catch (Exception error) when (error is EtcdException or OperationCanceledException)
        {
            return new Answer<T>(AnswerKind.Error, default, error);
        }
    }

    private void OnClientFailed(Exception error) =>
        Observers.Break(error as Violation ?? new Violation("exception", $"client: {error}"));
}
