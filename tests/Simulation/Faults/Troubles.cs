// What goes wrong, ten times a second: processes die, stop and lose power; links are cut and slow; disks fill up, fail
// and misread; clocks jump.
using Kv.Simulation.Cluster;
using Kv.Simulation.Network;
using Kv.Simulation.Time;

namespace Kv.Simulation.Faults;

/// <summary>The faults of one run.</summary>
internal sealed class Troubles(World world)
{
    private const long Period = Span.Second / 10;

    private readonly BadDay _day = world.Day;
    private readonly Chance _chance = world.Chance.Fork();
    private long _partitionEnds;
    private bool _isOver;

    /// <summary>Begins the bad day.</summary>
    public void Begin() => world.Events.After(Period, Step);

    /// <summary>Ends it: everything is mended, and everybody comes back.</summary>
    public void End()
    {
        _isOver = true;
        world.Links.Heal();
        foreach (var member in world.Members)
        {
            member.Disk.IsFull = false;
            member.Disk.FailsSync = false;
            member.Disk.MisreadPermille = 0;
            member.Disk.CutPowerAfter(int.MaxValue, () => { });
            member.Life?.Resume();
            member.Start();
        }
    }

    private void Step()
    {
        if (_isOver)
        {
            return;
        }

        Partitions();
        SlowLinks();
        var isPowerCut = _chance.Permille(_day.PowerCutAllPermille);
        foreach (var member in world.Members.Where(member => !member.IsGone).ToArray())
        {
            Processes(member, isPowerCut);
            Disks(member);
            Clocks(member);
        }

        world.Events.After(Period, Step);
    }

    private void Partitions()
    {
        if (_partitionEnds > 0)
        {
            if (world.Events.Now >= _partitionEnds)
            {
                _partitionEnds = 0;
                EachPair((_, _) => false);
            }
        }
        else if (_chance.Permille(_day.PartitionPermille))
        {
            _partitionEnds = world.Events.Now + _chance.Between(Period, _day.PartitionMax);
            Cut();
        }
    }

    private void Cut()
    {
        var members = world.Members;
        var alone = _chance.Pick(members).Number;
        var other = _chance.Pick(members).Number;
        var side = _chance.NextBits();
        var isOneWay = _day.HasOneWayPartitions && _chance.Permille(500);
        Func<int, bool> isInside = _chance.Below(4) switch
        {
            0 => number => number == alone,
            1 => number => ((side >> number) & 1) == 1,
            2 when world.Members.FirstOrDefault(Leads) is { } leader => number => number == leader.Number,
            _ => number => number == alone || number == other,
        };
        if (world.Trace.IsKept)
        {
            var inside = string.Join(" ", world.Members.Where(m => isInside(m.Number)).Select(m => m.Name));
            world.Trace.Say("net", $"cut {(isOneWay ? "from" : "off")} {inside}");
        }

        // The clients are outside, or reach both sides.
        var sparesClients = _chance.Permille(500);
        EachPair((from, to) =>
            !(sparesClients && (from == Links.Clients || to == Links.Clients))
            && ((isInside(from) && !isInside(to)) || (isInside(to) && !isInside(from) && !isOneWay)));
    }

    private static bool Leads(SimMember member) => member.Engine is { } engine && engine.Leader == engine.MemberId;

    private void EachPair(Func<int, int, bool> isCut)
    {
        for (var from = 0; from <= world.Members.Count; from++)
        {
            for (var to = 0; to <= world.Members.Count; to++)
            {
                if (from != to && world.Links.IsCut(from, to) != isCut(from, to))
                {
                    world.Links.SetCut(from, to, isCut(from, to));
                }
            }
        }
    }

    private void SlowLinks()
    {
        if (_chance.Permille(_day.SlowLinkPermille))
        {
            world.Links.Slow(
                _chance.Below(world.Members.Count + 1), _chance.Below(world.Members.Count + 1),
                world.Events.Now + _chance.Between(Period, 5 * Span.Second));
        }
    }

    private void Processes(SimMember member, bool isPowerCut)
    {
        if (member.Life is not { } life)
        {
            return;
        }

        if (isPowerCut || _chance.Permille(_day.PowerCutPermille))
        {
            // Some in the middle of an operation of the disk.
            if (!isPowerCut && _chance.Permille(700))
            {
                member.Disk.CutPowerAfter(_chance.Below(40), () => AfterCut(member));
                return;
            }

            member.Kill(cutsPower: true);
            world.RestartLater(member);
        }
        else if (_chance.Permille(_day.KillPermille))
        {
            member.Kill(cutsPower: false);
            world.RestartLater(member);
        }
        else if (!life.IsPaused && _chance.Permille(_day.PausePermille))
        {
            life.Pause();
            world.Say(member, "is stopped");
            world.Events.After(_chance.Between(Period, _day.PauseMax), life.Resume);
        }
    }

    private void AfterCut(SimMember member)
    {
        // The disk has lost its power already.
        member.Kill(cutsPower: false);
        world.RestartLater(member);
    }

    private void Disks(SimMember member)
    {
        if (_chance.Permille(_day.FailedSyncPermille))
        {
            member.Disk.FailsSync = true;
        }

        if (_chance.Permille(_day.FullDiskPermille))
        {
            member.Disk.IsFull = true;
            world.Say(member, "has a full disk");
            world.Events.After(_chance.Between(Period, 5 * Span.Second), () => member.Disk.IsFull = false);
        }

        member.Disk.MisreadPermille = member.Disk.MisreadPermille > 0 ? 0 : _chance.Permille(_day.MisreadPermille) ? 50 : 0;
    }

    private void Clocks(SimMember member)
    {
        if (_chance.Permille(_day.ClockJumpPermille))
        {
            member.Clock.Offset += TimeSpan.FromMilliseconds(_chance.Between(-600_000, 600_000));
        }
    }
}
