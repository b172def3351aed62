namespace Kv.Node.Peers;

/// <summary>A document of another member that JSON alone cannot say everything about.</summary>
internal interface IPeerDocument
{
    /// <summary>Nothing is missing where something has to be, and every number means something.</summary>
    bool IsSound { get; }
}
