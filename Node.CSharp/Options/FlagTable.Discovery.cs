// The settings of discovery.
using static Kv.Node.Options.FlagGroup;

namespace Kv.Node.Options;

internal static partial class FlagTable
{
    private static IEnumerable<OptionFlag> DiscoveryRows()
    {
        yield return Words("discovery", "URL", "Find the members through this token of a v2 registry (GET /new?size=N makes one).",
            (o, v) => o with { Url = v.Length == 0 ? "" : FlagValue.HttpUrl(v) }, o => o.Url);
        yield return Words("discovery-proxy", "URL", "HTTP proxy to the v2 registry.",
            (o, v) => o with { Proxy = v.Length == 0 ? "" : FlagValue.HttpUrl(v) }, o => o.Proxy);
        yield return Words("discovery-token", "TEXT", "Find the members through this token of a v3 registry.",
            (o, v) => o with { Token = v }, o => o.Token);
        yield return Words("discovery-endpoints", "ENDPOINT,...", "Members of the cluster that keeps the v3 registry.",
            (o, v) => o with { Endpoints = FlagValue.List(v) }, o => string.Join(',', o.Endpoints));
        yield return Time("discovery-dial-timeout", "Longest time to connect to the v3 registry.",
            (o, v) => o with { DialTimeout = v }, o => o.DialTimeout);
        yield return Time("discovery-request-timeout", "Longest time for a request to the registry.",
            (o, v) => o with { RequestTimeout = v }, o => o.RequestTimeout);
        yield return Time("discovery-keepalive-time", "Time between signs of life asked of the v3 registry.",
            (o, v) => o with { KeepAliveTime = v }, o => o.KeepAliveTime);
        yield return Time("discovery-keepalive-timeout", "Longest time for a sign of life.",
            (o, v) => o with { KeepAliveTimeout = v }, o => o.KeepAliveTimeout);
        yield return Switch("discovery-insecure-transport", "Speak to endpoints without a scheme without TLS.",
            (o, v) => o with { InsecureTransport = v }, o => o.InsecureTransport);
        yield return Switch("discovery-insecure-skip-tls-verify", "Do not check the v3 registry's certificate.",
            (o, v) => o with { InsecureSkipTlsVerify = v }, o => o.InsecureSkipTlsVerify);
        yield return Words("discovery-cert", "PATH", "Certificate towards the v3 registry, PEM.",
            (o, v) => o with { CertFile = v }, o => o.CertFile);
        yield return Words("discovery-key", "PATH", "Its private key, PEM.", (o, v) => o with { KeyFile = v }, o => o.KeyFile);
        yield return Words("discovery-cacert", "PATH", "Authorities the v3 registry's certificate must come from, PEM.",
            (o, v) => o with { CaFile = v }, o => o.CaFile);
        yield return Words("discovery-user", "NAME[:PASSWORD]", "User at the v3 registry.",
            (o, v) => o with { User = v }, o => o.User) with
        { IsSecret = true };
        yield return Words("discovery-password", "TEXT", "The user's password.",
            (o, v) => o with { Password = v }, o => o.Password) with
        { IsSecret = true };
        yield return Words("discovery-srv", "DOMAIN", "Find the members through the SRV records of this domain.",
            (o, v) => o with { Srv = v }, o => o.Srv);
        yield return Words("discovery-srv-name", "TEXT", "What the name of the service in the SRV records ends in.",
            (o, v) => o with { SrvName = v }, o => o.SrvName);
        yield return Time("discovery-patience", "How long to go on asking a registry that does not answer.",
            (o, v) => o with { Patience = v }, o => o.Patience);
        yield return Text("discovery-fallback", Clustering, "exit|proxy", "exit: a member too many does not start; proxy is unknown here.",
            (o, v) => FlagValue.Choice(v, "exit", "proxy") == "exit"
                ? o
                : throw new FormatException("expected exit: there is no proxy mode"),
            _ => "exit");
        yield return Boolean("discovery-service", Clustering, "Be a v2 registry for others: GET /new?size=N, /v2/keys/_etcd/registry.",
            (o, v) => o with { DiscoveryService = v }, o => o.DiscoveryService);

        OptionFlag Words(
            string name, string placeholder, string help,
            Func<DiscoveryOptions, string, DiscoveryOptions> apply, Func<DiscoveryOptions, string> read) =>
            Text(name, Clustering, placeholder, help, (o, v) => o with { Discovery = apply(o.Discovery, v) }, o => read(o.Discovery));

        OptionFlag Time(
            string name, string help, Func<DiscoveryOptions, TimeSpan, DiscoveryOptions> apply, Func<DiscoveryOptions, TimeSpan> read) =>
            Duration(name, Clustering, help, (o, v) => o with { Discovery = apply(o.Discovery, v) }, o => read(o.Discovery));

        OptionFlag Switch(
            string name, string help, Func<DiscoveryOptions, bool, DiscoveryOptions> apply, Func<DiscoveryOptions, bool> read) =>
            Boolean(name, Clustering, help, (o, v) => o with { Discovery = apply(o.Discovery, v) }, o => read(o.Discovery));
    }
}
