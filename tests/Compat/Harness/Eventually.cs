using Xunit.Sdk;

namespace Compat.Harness;

/// <summary>Waits for conditions instead of times.</summary>
internal static class Eventually
{
    /// <summary>Asks again until the condition holds.</summary>
    /// <exception cref="XunitException">It did not within the limit.</exception>
    public static async Task Holds(Func<Task<bool>> condition, string what, TimeSpan? limit = null)
    {
        using var deadline = new CancellationTokenSource(limit ?? TimeSpan.FromSeconds(30));
        while (!await condition())
        {
            if (deadline.IsCancellationRequested)
            {
                throw new XunitException($"did not come true: {what}");
            }

            await Task.Delay(50, CancellationToken.None);
        }
    }
}
