// What discovery needs of a registry, whichever protocol it speaks.
namespace Kv.Node.Discovery;

/// <summary>The place where the members of one token meet.</summary>
internal interface IRegistry : IDisposable
{
    /// <summary>What it is called in messages.</summary>
    string Name { get; }

    /// <summary>The cluster's size as the registry has it; null if there is none.</summary>
    /// <exception cref="RegistryUnavailableException">No answer.</exception>
    Task<string?> ReadSizeAsync(CancellationToken token);

    /// <summary>Who has registered, and where waiting goes on from.</summary>
    /// <exception cref="RegistryUnavailableException">No answer.</exception>
    Task<(IReadOnlyList<Registration> Members, ulong Mark)> ReadMembersAsync(CancellationToken token);

    /// <summary>Registers a member; it stays as it is if it has been registered before.</summary>
    /// <exception cref="RegistryUnavailableException">No answer.</exception>
    Task RegisterAsync(string memberId, string value, CancellationToken token);

    /// <summary>Returns once something has changed since the mark.</summary>
    /// <exception cref="RegistryUnavailableException">No answer.</exception>
    Task WaitAsync(ulong mark, CancellationToken token);
}
