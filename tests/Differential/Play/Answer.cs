using Google.Protobuf;

namespace Differential.Play;

/// <summary>What one server answered: a message, or a status with a text.</summary>
/// <param name="Code">gRPC code; 0 for success.</param>
/// <param name="Text">The error's text.</param>
/// <param name="Message">The response; null on errors.</param>
/// <param name="Shape">Of the JSON form: HTTP status, content type and the fields as written; else empty.</param>
internal sealed record Answer(int Code, string Text, IMessage? Message, string Shape)
{
    /// <summary>On one line.</summary>
    public override string ToString()
    {
        var text = Message is null ? $"code {Code}: {Text}" : Model.Describe.Message(Message);
        return Shape.Length == 0 ? text : $"{text} {Shape}";
    }
}
