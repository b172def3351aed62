// The way through a registry, the same for both protocols (etcd-facts §5.5, §5.6): the size, one's own
// registration, and waiting for the others. The first members, in the order they registered, are the cluster.
using System.Globalization;
using Kv.Node.Diagnostics;
using Kv.Node.Options;

namespace Kv.Node.Discovery;

/// <summary>Finds the initial cluster through a registry.</summary>
/// <param name="registry">Where.</param>
/// <param name="patience">How long a registry that does not answer is asked again.</param>
/// <param name="clock">Waits.</param>
/// <param name="logger">Told of what is waited for.</param>
internal sealed class RegistryDiscovery(IRegistry registry, TimeSpan patience, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan DelayMin = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan DelayMax = TimeSpan.FromSeconds(30);

    /// <summary>Registers this member and waits until the cluster is complete.</summary>
    /// <param name="memberId">This member's id, hex.</param>
    /// <param name="self">This member.</param>
    /// <param name="token">Gives up.</param>
    /// <returns>All members, this one too.</returns>
    /// <exception cref="DiscoveryException">The token is unknown, its size is none, the cluster is full, what
    /// is registered makes no sense, or the registry does not answer.</exception>
    public async Task<IReadOnlyList<InitialMember>> FindAsync(string memberId, InitialMember self, CancellationToken token)
    {
        var size = await SizeAsync(token);
        RequireRoom(await MembersAsync(token), size, memberId, isRegistered: false);
        await RetryAsync<object?>(
            async limit =>
            {
                await registry.RegisterAsync(memberId, UrlList.ShowCluster([self]), limit);
                return null;
            },
            token);
        var known = 0;
        while (true)
        {
            var found = await RetryAsync(registry.ReadMembersAsync, token);
            var members = found.Members.OrderBy(member => member.Order).ToArray();
            RequireRoom(members, size, memberId, isRegistered: true);
            if (members.Length >= size)
            {
                return Parse(members[..size], self);
            }

            if (members.Length == known)
            {
                // The wait came back, and nothing has changed: not every registry waits.
                await Task.Delay(DelayMin, clock, token);
            }

            known = members.Length;
            logger.DiscoveryWaiting(registry.Name, size - members.Length, size, string.Join(", ", members.Select(m => m.Value)));
            await RetryAsync<object?>(
                async limit =>
                {
                    await registry.WaitAsync(found.Mark, limit);
                    return null;
                },
                token);
        }
    }

    private async Task<int> SizeAsync(CancellationToken token)
    {
        var text = await RetryAsync(registry.ReadSizeAsync, token)
            ?? throw new DiscoveryException(
                $"size key not found: {registry.Name} is no token the registry knows (it never was, or it has expired)");
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size > 0
            ? size
            : throw new DiscoveryException(
                $"size value is bad: {registry.Name} has a size of \"{text.ReplaceLineEndings(" ")}\"; expected a number of members");
    }

    private async Task<Registration[]> MembersAsync(CancellationToken token) =>
        [.. (await RetryAsync(registry.ReadMembersAsync, token)).Members.OrderBy(member => member.Order)];

    private void RequireRoom(Registration[] members, int size, string memberId, bool isRegistered)
    {
        var place = Array.FindIndex(members, member => member.MemberId == memberId);
        if (place >= size || (place < 0 && members.Length >= size))
        {
            throw new DiscoveryException(
                $"cluster is full: the {size} members of {registry.Name} are {string.Join(", ", members.Take(size).Select(m => m.Value))}");
        }

        if (place < 0 && isRegistered)
        {
            throw new DiscoveryException($"the registration of this member in {registry.Name} has disappeared");
        }
    }

    private IReadOnlyList<InitialMember> Parse(Registration[] members, InitialMember self)
    {
        IReadOnlyList<InitialMember> cluster;
        try
        {
            cluster = UrlList.ParseCluster(string.Join(',', members.Select(member => member.Value.Replace('&', ','))));
        }
        catch (FormatException problem)
        {
            throw new DiscoveryException($"{registry.Name} holds a registration that makes no sense: {problem.Message}");
        }

        return cluster.Count == members.Length
            ? cluster
            : throw new DiscoveryException(
                $"found duplicate name in {registry.Name} (give every member, such as \"{self.Name}\", a --name of its own): "
                + string.Join(", ", members.Select(member => member.Value)));
    }

    private async Task<T> RetryAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken token)
    {
        var started = clock.GetTimestamp();
        for (var delay = DelayMin; ; delay = delay * 2 < DelayMax ? delay * 2 : DelayMax)
        {
            try
            {
                return await ask(token);
            }
            catch (RegistryUnavailableException problem)
            {
                if (clock.GetElapsedTime(started) + delay > patience)
                {
                    throw new DiscoveryException(
                        $"too many retries: {registry.Name} does not answer ({problem.Message}); --discovery-patience is "
                        + GoDuration.Show(patience));
                }

                logger.DiscoveryRetrying(registry.Name, problem.Message, (long)delay.TotalSeconds);
                await Task.Delay(delay, clock, token);
            }
        }
    }
}
