// A lock held by this session.

using System;
using System.Globalization;
using System.Threading;
using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Model;

/// <summary>A lock: nobody else holds it while its lease lives.</summary>
public sealed class KvLock
{
    private readonly LeaseKeeper? _keeper;
    private bool _isReleased;

    internal KvLock(string name, LockKey key, long leaseId, LeaseKeeper? keeper)
    {
        Name = name;
        RawKey = key.Key;
        LockKey = KvText.Decode(key.Key);
        LeaseId = leaseId;
        Revision = key.Header?.Revision ?? 0;
        AcquiredAt = DateTime.Now;
        _keeper = keeper;
    }

    /// <summary>The name of the lock.</summary>
    public string Name { get; }

    /// <summary>The key that exists while the lock is held; a guard for transactions (New-KvCompare -Exists).</summary>
    public string LockKey { get; }

    /// <summary>The lease the lock depends on.</summary>
    public long LeaseId { get; }

    /// <summary>The lease's id in hexadecimal.</summary>
    public string HexLeaseId => LeaseId.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>The revision of the store when the lock was had.</summary>
    public long Revision { get; }

    /// <summary>When it was had.</summary>
    public DateTime AcquiredAt { get; }

    /// <summary>False once it was given back, or if its lease is known to be lost. A lease given with
    /// -LeaseId is not watched over.</summary>
    public bool IsHeld => !_isReleased && _keeper is not { IsLost: true };

    internal byte[] RawKey { get; }

    /// <summary>The name and whether it is held.</summary>
    public override string ToString() => $"{Name} ({(IsHeld ? "held" : "not held")})";

    /// <summary>Ends the lease if it is the lock's own, and with it the lock's key.</summary>
    internal void Release(Action<string> note, CancellationToken stop)
    {
        _isReleased = true;
        _keeper?.End(note, stop);
    }
}
