// A request body that is written by a function, for as long as the function runs. HTTP calls it only
// once the other side has agreed to take the body (Expect: 100-continue).
using System.Net;

namespace Kv.Node.Peers;

/// <summary>A streamed request body.</summary>
/// <param name="write">Writes the body; the body ends when it returns.</param>
internal sealed class UploadContent(Func<Stream, Task> write) : HttpContent
{
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int _started;

    /// <summary>True once the other side has agreed to take the body.</summary>
    public bool WasAccepted => Volatile.Read(ref _started) != 0;

    /// <summary>Completes, without fault, when the writer no longer runs. The client does not wait for
    /// it when a request fails.</summary>
    public Task Finished => WasAccepted ? _finished.Task : Task.CompletedTask;

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        Volatile.Write(ref _started, 1);
        try
        {
            await write(stream);
        }
        finally
        {
            _finished.SetResult();
        }
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
