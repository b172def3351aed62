// How often health was asked for, and what the answers were.
using Prometheus;

namespace Kv.Node.Http;

/// <summary>Health counts.</summary>
internal static class HealthMetrics
{
    private static readonly Counter Successes = Metrics.CreateCounter(
        "etcd_server_health_success", "The total number of successful health checks.");

    private static readonly Counter Failures = Metrics.CreateCounter(
        "etcd_server_health_failures", "The total number of failed health checks.");

    private static readonly Gauge Check = Metrics.CreateGauge(
        "etcd_server_healthcheck", "The result of each kind of health check.", "type", "name");

    private static readonly Counter Checks = Metrics.CreateCounter(
        "etcd_server_healthchecks_total", "The total number of each kind of health check.", "type", "name", "status");

    /// <summary>An answer of <c>/health</c>.</summary>
    public static void CountHealth(bool isHealthy) => (isHealthy ? Successes : Failures).Inc();

    /// <summary>A single check of <c>/livez</c> or <c>/readyz</c>.</summary>
    /// <param name="type">The path, without its slash.</param>
    /// <param name="name">The check.</param>
    /// <param name="isHealthy">How it went.</param>
    public static void CountCheck(string type, string name, bool isHealthy)
    {
        Check.WithLabels(type, name).Set(isHealthy ? 1 : 0);
        Checks.WithLabels(type, name, isHealthy ? "success" : "error").Inc();
    }
}
