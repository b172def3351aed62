// Every RPC there is has a rule, and no rule is about an RPC there is not.
using Google.Protobuf.Reflection;
using Kv.Node.Auth;
using Kv.Node.Protos;
using Kv.Node.Protos.Elections;
using Kv.Node.Protos.Locks;
using Xunit;

namespace Kv.Node.Tests.Auth;

/// <summary>The table's rows.</summary>
public sealed class AccessTableTests
{
    [Fact]
    public void Every_rpc_has_a_rule()
    {
        FileDescriptor[] files = [KV.Descriptor.File, V3LockReflection.Descriptor, V3ElectionReflection.Descriptor];
        var methods = files.SelectMany(file => file.Services)
            .SelectMany(service => service.Methods)
            .Select(method => $"{method.Service.FullName}/{method.Name}");
        Assert.Equal(
            methods.Order(StringComparer.Ordinal), AccessTable.Rules.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_has_no_rule_is_not_served() =>
        Assert.Throws<InvalidOperationException>(() => AccessTable.Of("etcdserverpb.KV", "Anything"));
}
