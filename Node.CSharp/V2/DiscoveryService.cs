// The node as a v2 registry (etcd-facts §5.5): GET /new?size=N makes a token, and members meet below it with
// the ordinary v2 keys API, which is there for this directory even if it is off for all others.
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Kv.Core.Apply;
using Kv.Core.V2;
using Kv.Node.Engine;
using Kv.Node.Grpc;
using Kv.Node.Http;
using Kv.Node.V2.Auth;

namespace Kv.Node.V2;

/// <summary>Makes tokens, and says what belongs to the registry.</summary>
internal sealed class DiscoveryService(NodeEngine engine, V2Access access)
{
    public const string NewPath = "/new";

    private const int SizeDefault = 3;

    private const int SizeMax = 1_000;

    /// <summary>Whoever makes tokens need not say who he is: what he can fill is bounded.</summary>
    private const int TokensMax = 10_000;

    /// <summary>A fleet that has not come together in a week does not need its token any more.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromDays(7);

    private static ReadOnlySpan<byte> Registry => "/_etcd/registry"u8;

    private const string KeysPath = "/v2/keys/_etcd/registry";

    /// <summary>True for the keys of the registry.</summary>
    public static bool IsRegistry(string path) =>
        path.StartsWith(KeysPath, StringComparison.Ordinal) && (path.Length == KeysPath.Length || path[KeysPath.Length] == '/');

    /// <summary>Serves GET /new?size=N: the URL to give to --discovery.</summary>
    public async Task ServeNewAsync(HttpContext context)
    {
        if (await ShortText.RefuseUnlessGetAsync(context))
        {
            return;
        }

        var asked = context.Request.Query["size"].ToString();
        var size = asked.Length == 0 ? SizeDefault
            : int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        if (size is < 1 or > SizeMax)
        {
            await ShortText.ErrorAsync(
                context.Response, StatusCodes.Status400BadRequest, $"size is the number of members, from 1 to {SizeMax}");
            return;
        }

        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var directory = $"{Encoding.ASCII.GetString(Registry)}/{token}";
        if (!await access.MayUseKeyAsync(context, directory, isRecursive: true, isWrite: true))
        {
            await ShortText.ErrorAsync(context.Response, StatusCodes.Status401Unauthorized, V2Access.Refusal);
            return;
        }

        var (error, registry) = engine.State.V2.Find(Registry.ToArray());
        if (error is null && registry.ChildCount >= TokensMax)
        {
            await ShortText.ErrorAsync(
                context.Response, StatusCodes.Status503ServiceUnavailable, $"there are {TokensMax} tokens already; they expire in time");
            return;
        }

        try
        {
            await MakeAsync(directory, size, context.RequestAborted);
            var url = $"{context.Request.Scheme}://{context.Request.Host}{KeysPath}/{token}";
            await ShortText.OkAsync(context.Response, url);
        }
        catch (EtcdException failure)
        {
            await ShortText.ErrorAsync(context.Response, StatusCodes.Status503ServiceUnavailable, failure.Message);
        }
    }

    private async Task MakeAsync(string directory, int size, CancellationToken token)
    {
        var now = (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * 100;
        await WriteAsync(new V2Request(V2Operation.Create, Encoding.ASCII.GetBytes(directory), now)
        {
            IsDirectory = true,
            ExpiresNs = now + Life.Ticks * 100,
        });
        await WriteAsync(new V2Request(V2Operation.Create, Encoding.ASCII.GetBytes(directory + "/_config/size"), now)
        {
            Value = Encoding.ASCII.GetBytes(size.ToString(CultureInfo.InvariantCulture)),
        });

        async Task WriteAsync(V2Request request)
        {
            var outcome = await engine.ProposeOwnAsync(Command.NewV2Write(request), token);
            if (outcome.Reply is not V2Reply { Error: null })
            {
                throw StoreErrors.ToException(outcome.Error);
            }
        }
    }
}
