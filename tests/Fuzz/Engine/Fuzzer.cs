// The loop: make an input, hand it to the parser, look at what comes of it. No coverage is measured; what tells
// one answer from another is its shape, and inputs with a new one join the pool that the next are made of.
using System.Diagnostics;
using System.Text;

namespace Fuzz;

/// <summary>Runs one target.</summary>
internal sealed class Fuzzer
{
    private const int PoolMax = 4_000;

    private const int AllocatedPerByte = 1_000;

    private readonly Target _target;
    private readonly Random _random;
    private readonly Mutator _mutator;
    private readonly List<byte[]> _pool;
    private readonly HashSet<string> _shapes = [];
    private readonly HashSet<string> _known = [];

    public Fuzzer(Target target, int seed)
    {
        _target = target;
        _random = new Random(seed);
        _pool = [.. target.Corpus()];
        _mutator = new Mutator(_random, [.. target.Words.Select(Encoding.UTF8.GetBytes)], target.LengthMax);
    }

    public long Inputs { get; private set; }

    public long AcceptedInputs { get; private set; }

    /// <summary>Told of each input before it is tried.</summary>
    public Action<byte[]>? OnInput { get; init; }

    /// <summary>Told of findings, each mistake once.</summary>
    public Action<Finding>? OnFinding { get; init; }

    /// <summary>Tries the inputs of the corpus: all must be taken.</summary>
    public void TryCorpus()
    {
        foreach (var input in _pool.ToArray())
        {
            if (Try(input) is { IsAccepted: false } answer && _target.IsPure)
            {
                Report(new Finding("corpus " + answer.Shape, input, $"a valid input is refused: {answer.Shape}"));
            }
        }
    }

    /// <summary>Makes and tries one input.</summary>
    public void Step()
    {
        var input = _mutator.Next(_pool);
        if (_random.Next(4) != 0)
        {
            input = _target.Repair(input);
        }

        if (Try(input) is { } answer && _pool.Count < PoolMax && _shapes.Add($"{answer.IsAccepted} {Finding.Shape(answer.Shape)}"))
        {
            _pool.Add(input);
        }
    }

    /// <summary>What an input makes a target do that it must not; null if nothing.</summary>
    public static Finding? Check(Target target, byte[] input, out Answer answer)
    {
        var started = Stopwatch.GetTimestamp();
        var before = GC.GetTotalAllocatedBytes();
        answer = default;
        try
        {
            answer = target.Run(input);
        }
#pragma warning disable CA1031 // Whatever comes out is a finding.
        catch (Exception problem)
#pragma warning restore CA1031
        {
            return Finding.Of(input, problem);
        }

        var (elapsed, allocated) = (Stopwatch.GetElapsedTime(started), GC.GetTotalAllocatedBytes() - before);
        return elapsed > target.TimeMax ? new Finding("slow", input, $"it took {elapsed}")
            : allocated > target.AllocatedMax + ((long)input.Length * AllocatedPerByte)
                ? new Finding("large", input, $"it allocated {allocated} bytes for {input.Length}")
            : null;
    }

    private Answer? Try(byte[] input)
    {
        Inputs++;
        OnInput?.Invoke(input);
        if (Check(_target, input, out var answer) is { } finding)
        {
            Report(finding);
            return null;
        }

        AcceptedInputs += answer.IsAccepted ? 1 : 0;
        return answer;
    }

    private void Report(Finding finding)
    {
        if (_known.Add(finding.Key))
        {
            OnFinding?.Invoke(finding);
        }
    }
}
