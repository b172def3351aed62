// Every damage to every kind of file, and a table of what became of it.
using Damage;

var share = 1;
var rounds = 60;
for (var i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--share" when i + 1 < args.Length && int.TryParse(args[i + 1], out share) && share > 0:
            i++;
            break;
        case "--rounds" when i + 1 < args.Length && int.TryParse(args[i + 1], out rounds) && rounds >= 20:
            i++;
            break;
        default:
            Console.Error.WriteLine("usage: damage.sh [--share N (of flips, cuts and swaps, one in N)] [--rounds N (batches in the log, at least 20)]");
            return 2;
    }
}

var table = new Table();
foreach (var subject in Subjects.All(rounds))
{
    table.Run(subject, share);
    Console.Error.WriteLine($"{DateTime.UtcNow:HH:mm:ss} {subject.Name}: {table.Cases} cases so far, {table.Count(Outcome.Wrong)} wrong");
}

Console.WriteLine(table);
Console.WriteLine("""
    exact: all is there. cut: without what no sync had covered, as a crash leaves it. told: something is gone, and
    the log says what. refused: the start ends with file, offset and what to do. earlier: the newest records are gone
    with every trace of them. wrong: anything else.
    """);
foreach (var problem in table.Problems)
{
    Console.WriteLine(problem);
}

return table.Count(Outcome.Wrong) == 0 ? 0 : 1;
