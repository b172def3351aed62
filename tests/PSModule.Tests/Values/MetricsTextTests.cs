// The text form of metrics is read as it is written.

using Kv.PowerShell.Values;

namespace PSModule.Tests.Values;

public sealed class MetricsTextTests
{
    [Fact]
    public void Samples_have_names_labels_and_figures()
    {
        const string Text = "# HELP a what it is\n# TYPE a counter\na 1\nb{x=\"1, {2}\",y=\"q\\\"\\\\n\"} 2.5e3 1700000000\nc_bucket{le=\"+Inf\"} +Inf\nd NaN\nbroken\ne x\n\n";
        var samples = MetricsText.Read(Text, "here").ToList();
        Assert.Equal(["a", "b", "c_bucket", "d"], samples.Select(static s => s.Name));
        Assert.Equal([1, 2500, double.PositiveInfinity, double.NaN], samples.Select(static s => s.Value));
        Assert.Equal(("1, {2}", "q\"\\n"), (samples[1].Label["x"], samples[1].Label["y"]));
        Assert.All(samples, static s => Assert.Equal("here", s.Endpoint));
    }
}
