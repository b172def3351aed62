namespace Damage;

/// <summary>A kind of file, and what is to be made of it when it is damaged.</summary>
internal abstract class Subject(string name)
{
    public string Name { get; } = name;

    /// <summary>Every damage there is to it.</summary>
    public abstract IEnumerable<Case> Cases();

    /// <summary>Damages a copy and looks at what comes of it. Any thread may call it.</summary>
    public abstract Verdict Judge(Case damage);
}
