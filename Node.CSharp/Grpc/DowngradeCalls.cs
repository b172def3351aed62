// Maintenance.Downgrade (N10): whether the cluster may go back by one minor version, and that it is to. The target is
// replicated and shown in Status, where etcd's tools look; the files of all versions are the same here, so members
// have nothing to do about it.
using Kv.Core.Apply;
using Kv.Core.Auth;
using Kv.Core.Mvcc;
using Kv.Node.Engine;
using Kv.Node.Protos;
using static Kv.Node.Protos.DowngradeRequest.Types;

namespace Kv.Node.Grpc;

/// <summary>The handler; it throws <see cref="EtcdException"/>.</summary>
internal sealed class DowngradeCalls(NodeEngine engine, ResponseHeaders headers)
{
    public async ValueTask<DowngradeResponse> DowngradeAsync(DowngradeRequest request, Caller caller, CancellationToken token)
    {
        var state = await engine.ReadAsync(token);
        var response = new DowngradeResponse { Version = ShortOf(state.ClusterVersion) };
        if (request.Action == DowngradeAction.Cancel)
        {
            response.Header = await ProposeAsync("", caller, token);
            return response;
        }

        if (!Version.TryParse(request.Version, out var target) || target.Revision >= 0)
        {
            throw EtcdErrors.WrongDowngradeVersionFormat;
        }

        if (!Version.TryParse(state.ClusterVersion, out var present))
        {
            throw EtcdErrors.ClusterVersionUnavailable;
        }

        if (target.Major != present.Major || target.Minor != present.Minor - 1 || target.Build > 0)
        {
            throw EtcdErrors.InvalidDowngradeTargetVersion;
        }

        if (state.DowngradeTarget.Length > 0)
        {
            throw EtcdErrors.DowngradeInProcess;
        }

        response.Header = request.Action == DowngradeAction.Enable
            ? await ProposeAsync($"{target.Major}.{target.Minor}.0", caller, token)
            : headers.Now();
        return response;
    }

    private static string ShortOf(string version) =>
        Version.TryParse(version, out var parsed) ? $"{parsed.Major}.{parsed.Minor}" : "";

    private async ValueTask<ResponseHeader> ProposeAsync(string target, Caller caller, CancellationToken token)
    {
        var outcome = await engine.ProposeAsync(Command.NewDowngrade(target), caller, token);
        return headers.At(outcome.ReplyOrThrow<Reply>().Revision);
    }
}
