using System.Text;
using Kv.Core.Auth;
using Kv.Node.Auth;

namespace Fuzz.Parsers;

/// <summary>Signed tokens: none is taken but one that says what a token of ours says.</summary>
internal sealed class TokenTarget() : Target("token")
{
    private static readonly JwtTokens Tokens = Make(out Issued);

    private static readonly string[] Issued;

    public override int QuickInputs => 2_000;

    public override IEnumerable<string> Words =>
    [
        ".", "..", "=", "eyJhbGciOiJub25lIn0", Encode("""{"alg":"none","typ":"JWT"}"""), Encode("""{"alg":"HS256"}"""), Encode("null"),
        Encode("""{"username":"root","revision":1,"exp":99999999999}"""), Encode("{}"),
    ];

    public override IEnumerable<byte[]> Corpus() => Issued.Select(Samples.Bytes);

    public override Answer Run(byte[] input)
    {
        var text = Samples.Text(input);
        var caller = Find(text);
        if (caller is null)
        {
            return Answer.Refused("not ours");
        }

        // What is signed must be to the letter what was signed.
        OracleException.Require(
            Issued.Any(token => text.StartsWith(token[..(token.LastIndexOf('.') + 1)], StringComparison.Ordinal)), "a token that was never made");
        return Answer.Accepted(caller.Name);
    }

    private static Caller? Find(string text) => Tokens.FindAsync(text, CancellationToken.None).AsTask().GetAwaiter().GetResult();

    private static JwtTokens Make(out string[] issued)
    {
        var secret = Path.GetTempFileName();
        File.WriteAllText(secret, "0123456789abcdef0123456789abcdef");
        var options = new JwtOptions("HS256", "", secret, TimeSpan.FromDays(1));
        var tokens = new JwtTokens(options, JwtKey.Load(options), new StoppedClock());
        File.Delete(secret);
        issued = [Issue(tokens, "alice"), Issue(tokens, "root")];
        return tokens;
    }

    private static string Issue(JwtTokens tokens, string user) =>
        tokens.IssueAsync(user, 5, CancellationToken.None).GetAwaiter().GetResult();

    private static string Encode(string text) =>
        System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
    }
}
