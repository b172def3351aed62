namespace Fuzz;

/// <summary>A parser under test.</summary>
internal abstract class Target(string name)
{
    public string Name { get; } = name;

    /// <summary>Inputs of the length of this and more are not made.</summary>
    public virtual int LengthMax => 16 << 10;

    /// <summary>Bytes that may be allocated for an input, beside what a thousandfold of its length is.</summary>
    public virtual long AllocatedMax => 64 << 20;

    /// <summary>Longest that an input may take.</summary>
    public virtual TimeSpan TimeMax => TimeSpan.FromSeconds(5);

    /// <summary>What comes of an input is a function of it alone, so that a valid one is always taken.</summary>
    public virtual bool IsPure => true;

    /// <summary>Inputs of the quick run.</summary>
    public virtual int QuickInputs => 1_000;

    /// <summary>Words that mean something to the parser.</summary>
    public virtual IEnumerable<string> Words => [];

    /// <summary>Valid inputs, made by the real encoders where there are any.</summary>
    public abstract IEnumerable<byte[]> Corpus();

    /// <summary>Makes checksums right again, so that what is behind them is reached.</summary>
    public virtual byte[] Repair(byte[] input) => input;

    /// <summary>Parses an input and checks the answer.</summary>
    /// <returns>What became of it. Any exception is a finding.</returns>
    public abstract Answer Run(byte[] input);
}
