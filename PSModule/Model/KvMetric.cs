// One figure of a node's metrics.

using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Kv.PowerShell.Model;

/// <summary>A figure a node shows at /metrics.</summary>
public sealed class KvMetric
{
    internal KvMetric(string endpoint, string name, IReadOnlyDictionary<string, string> labels, double value)
    {
        Endpoint = endpoint;
        Name = name;
        Label = labels;
        Value = value;
    }

    /// <summary>The node that was asked.</summary>
    public string Endpoint { get; }

    /// <summary>The name of the figure.</summary>
    public string Name { get; }

    /// <summary>What it is about, by name.</summary>
    public IReadOnlyDictionary<string, string> Label { get; }

    /// <summary>The figure.</summary>
    public double Value { get; }

    /// <summary>The labels as text, for example "type=unary, code=OK".</summary>
    public string LabelText => string.Join(", ", Label.Select(static l => $"{l.Key}={l.Value}"));

    /// <summary>The name and the figure.</summary>
    public override string ToString() => $"{Name} {Value.ToString(CultureInfo.InvariantCulture)}";
}
