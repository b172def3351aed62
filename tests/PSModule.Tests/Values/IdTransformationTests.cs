// Ids as people have them.

using Kv.PowerShell.Commands;

namespace PSModule.Tests.Values;

public sealed class IdTransformationTests
{
    [Theory]
    [InlineData("0x1f", 0x1fUL)]
    [InlineData("8e9e05c52164694d", 0x8e9e05c52164694dUL)]
    [InlineData("10276657743932975437", 0x8e9e05c52164694dUL)]
    [InlineData("7587895011111111", 0x7587895011111111UL)]
    [InlineData(" 12 ", 12UL)]
    public void Text_is_hexadecimal_if_it_looks_so(string text, ulong id) =>
        Assert.Equal(id, new IdTransformationAttribute().Transform(null!, text));

    [Theory]
    [InlineData("node")]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData(7L)]
    public void What_is_no_text_of_an_id_is_left_to_the_binder(object value) =>
        Assert.Equal(value, new IdTransformationAttribute().Transform(null!, value));

    [Fact]
    public void Lists_are_taken_item_by_item() => Assert.Equal(
        new object[] { 10UL, 7L }, (object[])new IdTransformationAttribute().Transform(null!, new object[] { "0xa", 7L })!);
}
