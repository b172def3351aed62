// What the fake gateway answers: one body, a stream of lines, or nothing at all.

namespace PSModule.Tests.Hosting;

internal sealed record FakeReply
{
    public int Status { get; init; } = 200;

    public string Body { get; init; } = string.Empty;

    /// <summary>Lines of a streamed answer; the stream then stays open unless dropped.</summary>
    public string[]? Lines { get; init; }

    /// <summary>The streamed answer ends with its last line, as it should.</summary>
    public bool IsEnded { get; init; }

    /// <summary>Close the connection afterwards.</summary>
    public bool IsDropped { get; init; }

    /// <summary>Never answer.</summary>
    public bool IsSilent { get; init; }

    public static FakeReply Json(string body) => new() { Body = body };

    public static FakeReply Error(int status, int code, string message) => new()
    {
        Status = status,
        Body = $"{{\"error\":\"{message}\",\"code\":{code},\"message\":\"{message}\"}}",
    };

    public static FakeReply Silence() => new() { IsSilent = true };

    public static FakeReply Stream(params string[] lines) => new() { Lines = lines };
}
