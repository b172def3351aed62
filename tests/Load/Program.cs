// Loads that take minutes and say what came of them in figures, for people and not for tests: a test says
// whether, these say how much.
using Load;

switch (args)
{
    case ["watcher", .. var rest]:
        return await StalledWatcher.RunAsync(Number(rest, 0, 60), Number(rest, 1, 10_000));
    case ["leases", .. var rest]:
        return await EndingLeases.RunAsync(Number(rest, 0, 100_000));
    case ["idle-watchers", .. var rest]:
        return await IdleWatchers.RunAsync(Number(rest, 0, 10_000));
    case ["hostile", .. var rest]:
        return await HostileMix.RunAsync(Number(rest, 0, 300));
    case ["each-attack", .. var rest]:
        return await HostileMix.RunEachAsync(Number(rest, 0, 10));
    case ["logins", .. var rest]:
        return await LoginStorm.RunAsync(Number(rest, 0, 200));
    default:
        Console.Error.WriteLine(
            """
            usage: load.sh watcher [SECONDS] [PUTS A SECOND]   a watcher that stops reading, and catches up
                   load.sh leases [COUNT]                      leases that end within the same ten seconds
                   load.sh idle-watchers [COUNT]               memory of watchers that have nothing to do
                   load.sh hostile [SECONDS]                   attacks of every kind on both ports
                   load.sh each-attack [SECONDS]               each of them by itself
                   load.sh logins [COUNT]                      logins at once, while others put
            """);
        return 2;
}

static int Number(string[] arguments, int index, int otherwise) =>
    arguments.Length > index ? int.Parse(arguments[index]) : otherwise;
