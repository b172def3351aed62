// A value somebody gave for a flag, before it is parsed, with enough to name the giver in an error.
namespace Kv.Node.Options;

/// <summary>One given value.</summary>
/// <param name="Flag">The flag it is for.</param>
/// <param name="Text">The value as written.</param>
/// <param name="Source">How the operator wrote the name: <c>--name</c>, <c>ETCD_NAME</c>,
/// <c>name in node.yml</c>.</param>
internal sealed record Setting(OptionFlag Flag, string Text, string Source)
{
    /// <summary>The options with this value in them.</summary>
    /// <exception cref="OptionsException">The value is not one the flag takes.</exception>
    public NodeOptions ApplyTo(NodeOptions options)
    {
        try
        {
            return Flag.Apply(options, Text);
        }
        catch (FormatException problem)
        {
            var shown = Flag.IsSecret ? "" : $" \"{Text}\"";
            throw new OptionsException($"invalid value{shown} for {Source}: {problem.Message}");
        }
    }
}
