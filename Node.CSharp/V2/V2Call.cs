// What a client asks of /v2/keys, checked field by field in etcd's order, because a request with two
// faults is answered by the first (etcd-facts §5.1).
using System.Globalization;
using System.Text;
using Kv.Core.V2;

namespace Kv.Node.V2;

/// <summary>A checked request.</summary>
internal sealed class V2Call
{
    private V2Call()
    {
    }

    /// <summary>The canonical path of the key.</summary>
    public required byte[] Path { get; init; }

    public ulong PreviousIndex { get; private set; }

    public ulong WaitIndex { get; private set; }

    public bool IsRecursive { get; private set; }

    public bool IsSorted { get; private set; }

    public bool Waits { get; private set; }

    public bool IsDirectory { get; private set; }

    public bool IsQuorum { get; private set; }

    public bool IsStream { get; private set; }

    public bool NoValueOnSuccess { get; private set; }

    public byte[] PreviousValue { get; private set; } = [];

    public byte[] Value { get; private set; } = [];

    /// <summary>Seconds; null if none were given.</summary>
    public ulong? Ttl { get; private set; }

    /// <summary>Null if not given.</summary>
    public bool? PreviouslyExists { get; private set; }

    public bool IsRefresh { get; private set; }

    /// <summary>Checks the fields of a request.</summary>
    /// <exception cref="V2Exception">One is wrong.</exception>
    public static V2Call Parse(string method, byte[] path, V2Form form)
    {
        if (form.Problem is { } problem)
        {
            throw Refusal(V2Code.InvalidForm, problem);
        }

        var call = new V2Call { Path = path };
        call.PreviousIndex = Index(form, "prevIndex");
        call.WaitIndex = Index(form, "waitIndex");
        call.IsRecursive = Flag(form, "recursive");
        call.IsSorted = Flag(form, "sorted");
        call.Waits = Flag(form, "wait");
        call.IsDirectory = Flag(form, "dir");
        call.IsQuorum = Flag(form, "quorum");
        call.IsStream = Flag(form, "stream");
        if (call.Waits && !HttpMethods.IsGet(method))
        {
            throw Refusal(V2Code.InvalidField, "\"wait\" can only be used with GET requests");
        }

        call.PreviousValue = form.Bytes("prevValue");
        if (form.Has("prevValue") && call.PreviousValue.Length == 0)
        {
            throw Refusal(V2Code.PreviousValueRequired, "\"prevValue\" cannot be empty");
        }

        call.NoValueOnSuccess = Flag(form, "noValueOnSuccess");
        call.TakeLife(form);
        call.Value = form.Bytes("value");
        return call;
    }

    /// <summary>The write that this request means.</summary>
    /// <param name="method">PUT, POST or DELETE.</param>
    /// <param name="now">This member's clock; the time to live counts from here.</param>
    public V2Request ToWrite(string method, DateTimeOffset now)
    {
        var nowNs = (now - DateTimeOffset.UnixEpoch).Ticks * 100;
        return new V2Request(OperationOf(method), Path, nowNs)
        {
            Value = Value,
            PreviousValue = PreviousValue,
            PreviousIndex = PreviousIndex,
            // Seconds beyond what the clock can count wrap around, as they do in etcd.
            ExpiresNs = Ttl is { } ttl ? unchecked(nowNs + (long)ttl * 1_000_000_000) : 0,
            IsRefresh = IsRefresh,
            IsDirectory = IsDirectory,
            IsRecursive = IsRecursive,
        };
    }

    private V2Operation OperationOf(string method)
    {
        var compares = PreviousIndex > 0 || PreviousValue.Length > 0;
        if (HttpMethods.IsDelete(method))
        {
            return compares ? V2Operation.CompareAndDelete : V2Operation.Delete;
        }

        if (HttpMethods.IsPost(method))
        {
            return V2Operation.CreateInOrder;
        }

        return (PreviouslyExists, compares) switch
        {
            (false, _) => V2Operation.Create,
            (_, true) => V2Operation.CompareAndSwap,
            (true, false) => V2Operation.Update,
            (null, false) => V2Operation.Set,
        };
    }

    private void TakeLife(V2Form form)
    {
        if (form.Bytes("ttl").Length > 0)
        {
            Ttl = Number(form.Text("ttl")) ?? throw Refusal(V2Code.TtlNotNumber, "invalid value for \"ttl\"");
        }

        if (form.Has("prevExist"))
        {
            PreviouslyExists = Truth(form.Text("prevExist"))
                ?? throw Refusal(V2Code.InvalidField, "invalid value for prevExist");
        }

        if (!form.Has("refresh"))
        {
            return;
        }

        IsRefresh = Truth(form.Text("refresh")) ?? throw Refusal(V2Code.InvalidField, "invalid value for refresh");
        if (IsRefresh && form.Bytes("value").Length > 0)
        {
            throw Refusal(V2Code.RefreshValue, "A value was provided on a refresh");
        }

        if (IsRefresh && Ttl is null)
        {
            throw Refusal(V2Code.RefreshTtlRequired, "No TTL value set");
        }
    }

    private static ulong Index(V2Form form, string name) =>
        !form.Has(name)
            ? 0
            : Number(form.Text(name)) ?? throw Refusal(V2Code.IndexNotNumber, $"invalid value for \"{name}\"");

    private static bool Flag(V2Form form, string name) =>
        form.Has(name)
        && (Truth(form.Text(name)) ?? throw Refusal(V2Code.InvalidField, $"invalid value for \"{name}\""));

    private static ulong? Number(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>What Go takes for a boolean.</summary>
    private static bool? Truth(string text) => text switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => null,
    };

    private static V2Exception Refusal(V2Code code, string cause) =>
        new(new V2Error(code, Encoding.UTF8.GetBytes(cause), 0));
}
