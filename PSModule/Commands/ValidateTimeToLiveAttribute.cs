// What etcd takes as the life of a lease, checked before anything is sent.

using System;
using System.Management.Automation;

namespace Kv.PowerShell.Commands;

/// <summary>Accepts times over 0 up to 9,000,000,000 seconds, as etcd does.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class ValidateTimeToLiveAttribute : ValidateArgumentsAttribute
{
    private const double SecondsMax = 9_000_000_000;

    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (arguments is TimeSpan time && time > TimeSpan.Zero && time.TotalSeconds <= SecondsMax)
        {
            return;
        }

        throw new ValidationMetadataException("A lease lives for more than 0 and at most 9,000,000,000 seconds.");
    }
}
