// The one way a bad setting ends a start.
namespace Kv.Node.Options;

/// <summary>A setting is wrong or contradicts another. The message is one line, whatever was given, names the
/// setting as the operator wrote it, and is all the operator gets to see.</summary>
internal sealed class OptionsException(string message) : Exception(message.ReplaceLineEndings(" "));
