// Where a watch delivers to. Calls may block while the reader is slow, which is the back-pressure.

using Kv.PowerShell.Client.Json;

namespace Kv.PowerShell.Client;

internal interface IWatchSink
{
    void Change(WatchEvent change);

    void Verbose(string text);

    void Warn(string text);
}
