using Kv.Node.V2.Auth;

namespace Kv.Node.V2;

/// <summary>Wiring of the v2 API into the client port.</summary>
internal static class V2Wiring
{
    /// <summary>Adds the services of the whole API. Where they are missing, /v2 is not found.</summary>
    public static IServiceCollection AddV2Api(this IServiceCollection services) =>
        services
            .AddSingleton<V2MemberChanges>()
            .AddSingleton<V2Members>()
            .AddSingleton<V2Stats>()
            .AddSingleton<V2AuthEndpoints>()
            .AddSingleton<V2Api>();

    /// <summary>Adds what the registry of discovery needs, too.</summary>
    public static IServiceCollection AddV2Keys(this IServiceCollection services) =>
        services
            .AddSingleton<V2Responses>()
            .AddSingleton<V2WatchHub>()
            .AddSingleton<V2ReadCounts>()
            .AddSingleton<V2Keys>()
            .AddSingleton<V2AuthStore>()
            .AddSingleton<V2Access>();
}
