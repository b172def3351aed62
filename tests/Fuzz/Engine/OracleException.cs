namespace Fuzz;

/// <summary>A parser answered, and the answer is wrong.</summary>
internal sealed class OracleException(string message) : Exception(message)
{
    /// <summary>Demands something of an answer.</summary>
    public static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new OracleException(message);
        }
    }
}
