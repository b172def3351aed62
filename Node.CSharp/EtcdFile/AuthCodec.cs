// Users and roles as etcd stores them: messages of authpb under their names.
using System.Text;
using Google.Protobuf;
using Kv.Core.Auth;

namespace Kv.Node.EtcdFile;

/// <summary>The pairs of the buckets authUsers and authRoles.</summary>
internal static class AuthCodec
{
    public static (byte[] Key, byte[] Value) Encode(User user)
    {
        var message = new Protos.User
        {
            Name = ByteString.CopyFromUtf8(user.Name),
            Password = ByteString.CopyFromUtf8(user.PasswordHash),
            Options = new Protos.UserAddOptions { NoPassword = !user.HasPassword },
        };
        message.Roles.Add(user.Roles);
        return (Encoding.UTF8.GetBytes(user.Name), message.ToByteArray());
    }

    public static (byte[] Key, byte[] Value) Encode(Role role)
    {
        var message = new Protos.Role { Name = ByteString.CopyFromUtf8(role.Name) };
        foreach (var permission in role.Permissions)
        {
            message.KeyPermission.Add(new Protos.Permission
            {
                PermType = (Protos.Permission.Types.Type)permission.Kind,
                Key = ByteString.CopyFrom(permission.Key),
                RangeEnd = ByteString.CopyFrom(permission.RangeEnd),
            });
        }

        return (Encoding.UTF8.GetBytes(role.Name), message.ToByteArray());
    }

    /// <exception cref="FormatException">It is not the user of that name.</exception>
    /// <exception cref="InvalidProtocolBufferException">It is no user at all.</exception>
    public static User DecodeUser(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var message = Protos.User.Parser.ParseFrom(value);
        var name = NameOf(key, message.Name);
        var hash = message.Options?.NoPassword == true ? "" : message.Password.ToStringUtf8();
        return new User(name, hash, [.. message.Roles.Distinct().Order(StringComparer.Ordinal)]);
    }

    /// <exception cref="FormatException">It is not the role of that name.</exception>
    /// <exception cref="InvalidProtocolBufferException">It is no role at all.</exception>
    public static Role DecodeRole(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var message = Protos.Role.Parser.ParseFrom(value);
        return new Role(NameOf(key, message.Name), [.. message.KeyPermission.Select(Decode)]);
    }

    private static Permission Decode(Protos.Permission permission) =>
        Enum.IsDefined(permission.PermType)
            ? new((PermissionKind)permission.PermType, permission.Key.ToByteArray(), permission.RangeEnd.ToByteArray())
            : throw new FormatException($"a permission of the unknown kind {(int)permission.PermType}");

    private static string NameOf(ReadOnlySpan<byte> key, ByteString name) =>
        key.Length > 0 && key.SequenceEqual(name.Span)
            ? name.ToStringUtf8()
            : throw new FormatException($"a user or role named \"{name.ToStringUtf8()}\" under another name");
}
