using System.Text.Json;
using Kv.Node.V2.Auth;

namespace Fuzz.Parsers;

/// <summary>Users and roles of the v2 API. The first byte says which.</summary>
internal sealed class V2AuthTarget() : Target("v2-auth")
{
    public override int QuickInputs => 3_000;

    public override IEnumerable<string> Words =>
        ["null", "[null]", "[\"/*\"]", "{}", "\"*\"", "\"\"", "\"\\ud800\"", "\"kv\":", "\"read\":", "\"write\":", "\"grant\":", "\"revoke\":", "\"roles\":"];

    public override IEnumerable<byte[]> Corpus() => Samples.Texts(
        """0{"user":"jane","password":"secret","roles":["fleet","root"],"grant":["more"]}""",
        """0{"user":"jane","roles":["fleet"],"grant":["etcd"],"revoke":["fleet"]}""",
        """1{"role":"fleet","permissions":{"kv":{"read":["/fleet/*"],"write":["/fleet/one"]}},"revoke":{"kv":{"write":["/fleet/one"]}}}""",
        """1{"role":"fleet","permissions":{"kv":{}},"grant":{"kv":{"read":["/a"]}},"revoke":{"kv":{"write":["/b"]}}}""");

    public override Answer Run(byte[] input)
    {
        try
        {
            return input.Length > 0 && input[0] % 2 == 1 ? Role(input[1..]) : User(input.Length == 0 ? [] : input[1..]);
        }
        catch (JsonException refusal)
        {
            return Answer.Refused(refusal.Message);
        }
        catch (V2AuthException refusal)
        {
            return Answer.Refused(refusal.Message);
        }
    }

    private static Answer User(byte[] json)
    {
        if (JsonSerializer.Deserialize(json, V2AuthJson.Plain.UserDocument) is not { User: not null } document)
        {
            return Answer.Refused("nothing");
        }

        var user = document.ToUser();
        var stored = JsonSerializer.SerializeToUtf8Bytes(UserDocument.Stored(user), V2AuthJson.Plain.UserDocument);
        var again = JsonSerializer.Deserialize(stored, V2AuthJson.Plain.UserDocument)!.ToUser();
        OracleException.Require(
            again.Name == user.Name && again.PasswordHash == user.PasswordHash && again.Roles.SequenceEqual(user.Roles),
            "stored and read again, it is another user");
        var changed = user.Change(null, document.Grant ?? [], document.Revoke ?? []);
        return Answer.Accepted($"{changed.Roles.Length}");
    }

    private static Answer Role(byte[] json)
    {
        if (JsonSerializer.Deserialize(json, V2AuthJson.Plain.RoleDocument) is not { Role: not null } document)
        {
            return Answer.Refused("nothing");
        }

        var role = document.ToRole();
        var stored = JsonSerializer.SerializeToUtf8Bytes(RoleDocument.Of(role), V2AuthJson.Plain.RoleDocument);
        OracleException.Require(
            JsonSerializer.Deserialize(stored, V2AuthJson.Plain.RoleDocument)!.ToRole() == role, "stored and read again, it is another role");
        var may = role.Permissions.Allows("/fleet/one", isRecursive: false, isWrite: true)
            | role.Permissions.Allows("/", isRecursive: true, isWrite: false);
        var changed = role.Change(document.Grant?.ToPermissions() ?? V2Permissions.None, document.Revoke?.ToPermissions() ?? V2Permissions.None);
        return Answer.Accepted($"{may} {changed.Permissions.IsEmpty}");
    }
}
