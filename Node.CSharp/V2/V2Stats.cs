// /v2/stats: what this member has done and seen (etcd-facts §5.4).
using System.Globalization;
using System.Text;
using Kv.Core.V2;
using Kv.Node.Engine;
using Kv.Node.Http;
using Kv.Node.Options;
using Kv.Node.Peers;

namespace Kv.Node.V2;

/// <summary>Serves <c>/v2/stats/self</c>, <c>/v2/stats/leader</c> and <c>/v2/stats/store</c>.</summary>
internal sealed class V2Stats(
    NodeEngine engine, NodeOptions options, AppendTraffic traffic, V2WatchHub hub, V2ReadCounts reads)
{
    public static ReadOnlySpan<byte> Prefix => "/v2/stats"u8;

    public async Task ServeAsync(HttpContext context, V2Target target)
    {
        Action<V2Json>? write = Encoding.UTF8.GetString(target.Path.AsSpan(Prefix.Length)) switch
        {
            "/self" => WriteSelf,
            "/leader" => WriteLeader,
            "/store" => WriteStore,
            _ => null,
        };
        if (write is null)
        {
            await ShortText.NotFoundAsync(context.Response);
            return;
        }

        if (await V2Responses.RefuseUnlessAsync(context, "GET"))
        {
            return;
        }

        if (write == WriteLeader && engine.Leader != engine.MemberId)
        {
            await V2Responses.WriteMessageAsync(context, StatusCodes.Status403Forbidden, "not current leader");
            return;
        }

        var json = new V2Json();
        write(json);
        await V2Responses.WriteAsync(context, StatusCodes.Status200OK, json.Written);
    }

    private void WriteSelf(V2Json json)
    {
        json.Open();
        json.Field("\"name\":"u8);
        json.Text(options.Name);
        json.Field("\"id\":"u8);
        json.Text(Hex(engine.MemberId));
        json.Field("\"state\":"u8);
        json.Text(engine.Leader == engine.MemberId ? "StateLeader" : "StateFollower");
        json.Field("\"startTime\":"u8);
        json.Text(Instant(engine.StartedAt));
        json.Field("\"leaderInfo\":"u8);
        WriteLeaderInfo(json);
        WriteRate(json, traffic.Received, "\"recvAppendRequestCnt\":"u8, "\"recvPkgRate\":"u8, "\"recvBandwidthRate\":"u8);
        WriteRate(json, traffic.Sent, "\"sendAppendRequestCnt\":"u8, "\"sendPkgRate\":"u8, "\"sendBandwidthRate\":"u8);
        json.Close();
    }

    private void WriteLeaderInfo(V2Json json)
    {
        var hasLeader = engine.Leader != 0;
        json.Open();
        json.Field("\"leader\":"u8);
        json.Text(hasLeader ? Hex(engine.Leader) : "");
        json.Field("\"uptime\":"u8);
        json.Text(GoTime.Duration(hasLeader ? DateTimeOffset.UtcNow - engine.LeaderSince : TimeSpan.Zero));
        json.Field("\"startTime\":"u8);
        json.Text(Instant(hasLeader ? engine.LeaderSince : engine.StartedAt));
        json.Close();
    }

    private static void WriteRate(
        V2Json json, RateWindow window, ReadOnlySpan<byte> count, ReadOnlySpan<byte> items, ReadOnlySpan<byte> bytes)
    {
        var rate = window.Rate();
        json.Field(count);
        json.Number(window.Count);
        if (rate.Items > 0)
        {
            json.Field(items);
            json.Number(rate.Items);
        }

        if (rate.Bytes > 0)
        {
            json.Field(bytes);
            json.Number(rate.Bytes);
        }
    }

    private void WriteLeader(V2Json json)
    {
        json.Open();
        json.Field("\"leader\":"u8);
        json.Text(Hex(engine.MemberId));
        json.Field("\"followers\":"u8);
        json.Open();
        foreach (var member in engine.State.Members.Where(m => m.Id != engine.MemberId))
        {
            json.Field(Encoding.ASCII.GetBytes($"\"{Hex(member.Id)}\":"));
            WriteFollower(json, traffic.To(member.Id));
        }

        json.Close();
        json.Close();
    }

    private static void WriteFollower(V2Json json, FollowerTraffic follower)
    {
        var (latency, succeeded, failed) = follower.Read();
        json.Open();
        json.Field("\"latency\":"u8);
        json.Open();
        json.Field("\"current\":"u8);
        json.Number(latency.Current);
        json.Field("\"average\":"u8);
        json.Number(latency.Average);
        json.Field("\"standardDeviation\":"u8);
        json.Number(latency.StandardDeviation);
        json.Field("\"minimum\":"u8);
        json.Number(latency.Minimum);
        json.Field("\"maximum\":"u8);
        json.Number(latency.Maximum);
        json.Close();
        json.Field("\"counts\":"u8);
        json.Open();
        json.Field("\"fail\":"u8);
        json.Number(failed);
        json.Field("\"success\":"u8);
        json.Number(succeeded);
        json.Close();
        json.Close();
    }

    private void WriteStore(V2Json json)
    {
        var store = engine.State.V2;
        json.Open();
        json.Field("\"getsSuccess\":"u8);
        json.Number(reads.Succeeded);
        json.Field("\"getsFail\":"u8);
        json.Number(reads.Failed);
        WriteCount("\"setsSuccess\":"u8, V2Counter.SetSuccess);
        WriteCount("\"setsFail\":"u8, V2Counter.SetFail);
        WriteCount("\"deleteSuccess\":"u8, V2Counter.DeleteSuccess);
        WriteCount("\"deleteFail\":"u8, V2Counter.DeleteFail);
        WriteCount("\"updateSuccess\":"u8, V2Counter.UpdateSuccess);
        WriteCount("\"updateFail\":"u8, V2Counter.UpdateFail);
        WriteCount("\"createSuccess\":"u8, V2Counter.CreateSuccess);
        WriteCount("\"createFail\":"u8, V2Counter.CreateFail);
        WriteCount("\"compareAndSwapSuccess\":"u8, V2Counter.CompareAndSwapSuccess);
        WriteCount("\"compareAndSwapFail\":"u8, V2Counter.CompareAndSwapFail);
        WriteCount("\"compareAndDeleteSuccess\":"u8, V2Counter.CompareAndDeleteSuccess);
        WriteCount("\"compareAndDeleteFail\":"u8, V2Counter.CompareAndDeleteFail);
        WriteCount("\"expireCount\":"u8, V2Counter.Expire);
        json.Field("\"watchers\":"u8);
        json.Number((long)hub.Count);
        json.Close();

        void WriteCount(ReadOnlySpan<byte> name, V2Counter counter)
        {
            json.Field(name);
            json.Number(store.Count(counter));
        }
    }

    private static string Hex(ulong id) => id.ToString("x", CultureInfo.InvariantCulture);

    private static string Instant(DateTimeOffset time) =>
        GoTime.Instant((time - DateTimeOffset.UnixEpoch).Ticks * 100);
}
