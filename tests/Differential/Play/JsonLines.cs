using Etcdserverpb;

namespace Differential.Play;

/// <summary>A running watch in the JSON form.</summary>
internal sealed class JsonLines(string side, HttpResponseMessage response, Stream body) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly StreamReader _lines = new(body);

    /// <summary>The next line.</summary>
    /// <exception cref="DifferenceException">There is none.</exception>
    public async Task<Answer> NextAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            var line = await _lines.ReadLineAsync(limit.Token)
                ?? throw new DifferenceException($"{side} ended a JSON watch");
            return JsonAnswer.ReadLine(line, WatchResponse.Descriptor);
        }
        catch (OperationCanceledException)
        {
            throw new DifferenceException($"{side} is silent on a JSON watch");
        }
    }

    public void Dispose()
    {
        _lines.Dispose();
        response.Dispose();
    }
}
