// `simulate --seeds N --from S`: runs seeds from the command line, for searches longer than the suite's, and the table
// of planted bugs.
using Kv.Core;
using Kv.Simulation.Runs;

namespace Kv.Simulation;

internal static class Program
{
    private const string Usage = """
        usage: simulate [--seeds N] [--from S] [--threads T] [--mutant NAME] [--lines L] [--record DIR]
               simulate --mutants [--seeds N]
          --seeds N       how many seeds to run (1000)
          --from S        the first seed (from the clock)
          --threads T     how many at a time (one for each processor)
          --lines L       lines of the trace that a failure shows (120)
          --record DIR    records the first seed that fails, or the first of all, for kvnode replay
          --mutant NAME   with a planted bug, by its name
          --mutants       plants each bug, and says how many seeds it took to find it; N is the most
        """;

    public static int Main(string[] words)
    {
        if (Arguments.Parse(words) is not { } arguments)
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        Mutants.Active = arguments.Mutant;
        return arguments.IsMutantTable ? MutantTable.Print(arguments) : Seeds.Print(arguments);
    }
}
