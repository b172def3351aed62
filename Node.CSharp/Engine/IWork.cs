namespace Kv.Node.Engine;

/// <summary>Work that is done in turns, by a thread in the node and by hand in a simulator.</summary>
internal interface IWork
{
    /// <summary>Set when there is something to do.</summary>
    WorkSignal Signal { get; }

    /// <summary>Everything else goes before it.</summary>
    bool GivesWay => false;

    /// <summary>Does what waits now.</summary>
    void Turn();
}
