// What Measure-KvPerformance can measure.

namespace Kv.PowerShell.Model;

/// <summary>A kind of request.</summary>
public enum KvPerformanceOperation
{
    /// <summary>Writing a key: it is on the disks of a majority when it is done.</summary>
    Put,

    /// <summary>Reading a key as it is now, which a majority confirms.</summary>
    Get,

    /// <summary>Reading a key as the member asked has it.</summary>
    SerializableGet,
}
