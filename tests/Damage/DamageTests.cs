// What scripts/damage.sh does, with a part of the flips and cuts: in every file, something of every shape.
using Xunit;

namespace Damage;

/// <summary>Damaged files.</summary>
public sealed class DamageTests
{
    private const int Rounds = 40;

    private const int Share = 131;

    [Fact]
    public void Damage_is_never_silent()
    {
        var table = new Table();
        foreach (var subject in Subjects.All(Rounds))
        {
            table.Run(subject, Share);
        }

        Assert.True(table.Count(Outcome.Wrong) == 0, string.Join(Environment.NewLine, table.Problems));
        Assert.Equal(0, table.Count(Outcome.Earlier, DamageKind.BitFlipped));
        Assert.All(Enum.GetValues<Outcome>().Except([Outcome.Wrong]), outcome => Assert.True(table.Count(outcome) > 0, $"{outcome}"));
    }

    [Fact]
    public void The_log_has_records_of_every_type_in_several_segments()
    {
        var log = new LogPicture(SampleMember.Make(Rounds).Disk);
        Assert.True(log.Segments.Length >= 3, $"{log.Segments.Length} segments");
        Assert.True(log.Records.Count > 200, $"{log.Records.Count} records");
        Assert.Equal([1, 2, 3, 4, 5, 6], log.Records.Select(record => (int)record.Type).Distinct().Order());
    }
}
