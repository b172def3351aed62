using System.Threading.Channels;
using Grpc.Core;

namespace Kv.Node.Tests.Watch;

/// <summary>A request stream that a test feeds.</summary>
internal sealed class TestReader<T>(ChannelReader<T> requests) : IAsyncStreamReader<T>
{
    private T? _current;

    public T Current => _current!;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        while (await requests.WaitToReadAsync(cancellationToken))
        {
            if (requests.TryRead(out _current))
            {
                return true;
            }
        }

        return false;
    }
}
