// Many logins at once, each of another user, so that every password is compared; others put meanwhile.
using System.Diagnostics;
using Compat.Harness;
using Etcdserverpb;
using Grpc.Net.Client;

namespace Load;

internal static class LoginStorm
{
    private const int Rate = 200;

    public static async Task<int> RunAsync(int count)
    {
        Console.WriteLine($"{count} logins at once, bcrypt cost 10; another user puts {Rate}/s");
        using var node = await LoadNode.StartAsync();
        using var channel = GrpcChannel.ForAddress(node.Url);
        var auth = new Auth.AuthClient(channel);
        await auth.UserAddAsync(new AuthUserAddRequest { Name = "root", Password = "root" });
        await auth.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = "root", Role = "root" });
        for (var i = 0; i < count; i++)
        {
            await auth.UserAddAsync(new AuthUserAddRequest { Name = $"u{i}", Password = $"p{i}" });
        }

        await auth.AuthEnableAsync(new AuthEnableRequest());
        var token = (await auth.AuthenticateAsync(new AuthenticateRequest { Name = "root", Password = "root" })).Token;
        await PutAsync(node, token, "warm/", Task.Delay(TimeSpan.FromSeconds(5)));
        var quiet = await PutAsync(node, token, "quiet/", Task.Delay(TimeSpan.FromSeconds(15)));
        Tell("quiet", quiet);

        var clock = Stopwatch.StartNew();
        var storm = Task.WhenAll(Enumerable.Range(0, count).Select(i =>
            auth.AuthenticateAsync(new AuthenticateRequest { Name = $"u{i}", Password = $"p{i}" }).ResponseAsync));
        var stormy = await PutAsync(node, token, "storm/", storm);
        Tell("during the storm", stormy);
        Console.WriteLine($"  all {count} were in after {clock.Elapsed.TotalSeconds:F1} s; p99 {P99(stormy) / P99(quiet):F1} times its quiet value");
        return 0;
    }

    private static async Task<double[]> PutAsync(LoadNode node, string token, string prefix, Task until)
    {
        using var stop = new CancellationTokenSource();
        var load = new PutLoad(node.Url, prefix, Rate, token);
        var running = load.RunAsync(stop.Token);
        await until;
        await stop.CancelAsync();
        await running;
        return load.Latencies;
    }

    private static void Tell(string when, double[] latencies) => Console.WriteLine(
        $"  {when}: p50 {latencies[latencies.Length / 2]:F1} ms, p99 {P99(latencies):F1} ms, longest {latencies[^1]:F1} ms ({latencies.Length} puts)");

    private static double P99(double[] latencies) => latencies[(int)(latencies.Length * 0.99)];
}
