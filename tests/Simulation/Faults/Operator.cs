// What operators do on a bad day: they add members, promote and remove them, and move the leader, whatever else is
// going on. A new member is started once the cluster knows it, and one that was removed is not started again.
using Kv.Node.Engine;
using Kv.Node.Options;
using Kv.Simulation.Cluster;
using Kv.Simulation.Network;
using Kv.Simulation.Time;

namespace Kv.Simulation.Faults;

/// <summary>Changes of the cluster.</summary>
internal sealed class Operator(World world)
{
    private const long Period = Span.Second / 5;

    private readonly Chance _chance = world.Chance.Fork();
    private readonly HashSet<SimMember> _known = [];
    private readonly List<SimMember> _added = [];
    private bool _isOver;

    public void Begin() => world.Events.After(Period, Step);

    /// <summary>Begins no more changes.</summary>
    public void End() => _isOver = true;

    private void Step()
    {
        LookAfterMembers();
        if (!_isOver && _chance.Permille(world.Day.MembershipPermille))
        {
            Change();
        }

        if (!_isOver && _chance.Permille(world.Day.TransferPermille))
        {
            Transfer();
        }

        world.Events.After(Period, Step);
    }

    private void Change()
    {
        var members = world.Members.Where(member => !member.IsGone && _known.Contains(member)).ToArray();
        var asked = _chance.Pick(world.Members);
        switch (_chance.Below(4))
        {
            case 0 or 1 when members.Length + _added.Count < world.Day.MembersMax:
                var added = world.AddMember([], isJoining: true);
                _added.Add(added);
                Ask(asked, MembershipRequest.Add([added.Url.OriginalString.TrimEnd('/')], isLearner: _chance.Permille(500)));
                break;
            case 2 when IdOf(_chance.Pick(world.Members)) is { } learner:
                Ask(asked, MembershipRequest.Promote(learner));
                break;
            case 3 when members.Length > 1 && IdOf(_chance.Pick(members)) is { } removed:
                Ask(asked, MembershipRequest.Remove(removed));
                break;
            default:
                break;
        }
    }

    private static ulong? IdOf(SimMember member) => member.Engine?.MemberId;

    private void Ask(SimMember asked, MembershipRequest request)
    {
        if (world.Trace.IsKept)
        {
            world.Trace.Say("op", $"asks {asked.Name} to {request.Action} {request.Id:x} {string.Join(" ", request.PeerUrls)}");
        }

        world.Call(
            Links.Clients, asked, isClient: true, services => services!.Engine.Membership.ChangeAsync(request, default).AsTask(),
            answer => world.Observers.Statistics.Count(answer.Kind == AnswerKind.Value ? "changes" : "changes not made"));
    }

    private void Transfer()
    {
        var leader = world.Serving.FirstOrDefault(member => member.Engine!.Leader == member.Engine.MemberId);
        if (leader is not null && IdOf(_chance.Pick(world.Members)) is { } heir)
        {
            world.Say(leader, $"is to hand over to {heir:x}");
            world.Call(
                Links.Clients, leader, isClient: true,
                async services =>
                {
                    await services!.Engine.MoveLeaderAsync(heir, default);
                    return true;
                },
                answer => world.Observers.Statistics.Count(answer.Kind == AnswerKind.Value ? "transfers" : "transfers not made"));
        }
    }

    /// <summary>Whoever the cluster knows is started, once; whoever it does not know any more is not.</summary>
    private void LookAfterMembers()
    {
        var newest = world.Running.Where(member => member.Engine is not null).MaxBy(member => member.Engine!.State.AppliedIndex);
        if (newest?.Engine is not { } engine || engine.State.Members.Count == 0)
        {
            return;
        }

        var urls = engine.State.Members.ToDictionary(member => new Uri(member.PeerUrls[0]));
        foreach (var member in world.Members.Where(member => !member.IsGone))
        {
            if (urls.ContainsKey(member.Url))
            {
                _known.Add(member);
                if (!member.HasData && member.IsJoining)
                {
                    member.Tell([.. urls.Keys.Select(url => new InitialMember(world.Find(url)!.Name, [url]))]);
                }

                if (_added.Remove(member))
                {
                    member.Start();
                }
            }
            else if (_known.Contains(member))
            {
                TellRemoved(member);
            }
        }
    }

    /// <summary>A member that was removed hears of it when it connects to another.</summary>
    private void TellRemoved(SimMember member)
    {
        if (member.Engine is not { } engine)
        {
            return;
        }

        var teller = world.Serving.FirstOrDefault(other =>
            other.Engine!.State.RemovedMembers.Contains(engine.MemberId) && !world.Links.IsCut(other.Number, member.Number)
            && !world.Links.IsCut(member.Number, other.Number));
        if (teller is not null)
        {
            member.Life!.Run(() => member.Handler!.RemovedSays(teller.Engine!.MemberId));
        }
    }
}
