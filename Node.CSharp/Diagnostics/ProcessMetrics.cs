// The process_* metrics every Go server exports and the usual dashboards show. Read from /proc where
// there is one, from the runtime elsewhere.
using System.Diagnostics;
using System.Globalization;
using Prometheus;

namespace Kv.Node.Diagnostics;

/// <summary>Memory, descriptors and time of this process.</summary>
internal sealed class ProcessMetrics
{
    private readonly Counter _cpuSeconds;
    private readonly Gauge _residentBytes;
    private readonly Gauge _virtualBytes;
    private readonly Gauge _openFiles;
    private readonly Gauge _maxFiles;
    private readonly Gauge _openFilesOfEtcd;
    private readonly Gauge _maxFilesOfEtcd;

    /// <summary>Registers them.</summary>
    public ProcessMetrics(MetricFactory factory)
    {
        _cpuSeconds = factory.CreateCounter("process_cpu_seconds_total", "User and system CPU time, seconds.");
        _residentBytes = factory.CreateGauge("process_resident_memory_bytes", "Resident memory, bytes.");
        _virtualBytes = factory.CreateGauge("process_virtual_memory_bytes", "Virtual memory, bytes.");
        _openFiles = factory.CreateGauge("process_open_fds", "Open file descriptors.");
        _maxFiles = factory.CreateGauge("process_max_fds", "Most open file descriptors.");
        _openFilesOfEtcd = factory.CreateGauge("os_fd_used", "Open file descriptors.");
        _maxFilesOfEtcd = factory.CreateGauge("os_fd_limit", "Most open file descriptors.");
        using var process = Process.GetCurrentProcess();
        var start = new DateTimeOffset(process.StartTime.ToUniversalTime());
        factory.CreateGauge("process_start_time_seconds", "Start of the process, seconds since the epoch.")
            .Set(start.ToUnixTimeMilliseconds() / 1000.0);
    }

    /// <summary>Reads the current values.</summary>
    public void Refresh()
    {
        using var process = Process.GetCurrentProcess();
        _cpuSeconds.IncTo(process.TotalProcessorTime.TotalSeconds);
        _residentBytes.Set(process.WorkingSet64);
        _virtualBytes.Set(process.VirtualMemorySize64);
        var open = OpenFiles(process);
        var max = MaxFiles();
        _openFiles.Set(open);
        _openFilesOfEtcd.Set(open);
        _maxFiles.Set(max);
        _maxFilesOfEtcd.Set(max);
    }

    private static int OpenFiles(Process process) =>
        OperatingSystem.IsLinux() ? Directory.GetFileSystemEntries("/proc/self/fd").Length : process.HandleCount;

    // A line of /proc/self/limits: "Max open files            1024                 4096                 files".
    private static double MaxFiles()
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        const string Label = "Max open files";
        var line = File.ReadLines("/proc/self/limits")
            .FirstOrDefault(candidate => candidate.StartsWith(Label, StringComparison.Ordinal));
        var soft = line?[Label.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return soft == "unlimited" ? double.PositiveInfinity
            : double.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : 0;
    }
}
