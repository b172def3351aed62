// Waits for a condition with a deadline; never for a time.
using Xunit;

namespace Kv.Node.Tests.Peers;

internal static class Eventually
{
    public static async Task TrueAsync(Func<bool> condition, string what)
    {
        var deadline = DateTime.UtcNow.AddSeconds(20);
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < deadline, "did not come true: " + what);
            await Task.Delay(5);
        }
    }
}
