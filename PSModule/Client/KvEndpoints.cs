// The endpoints of a connection, in the order they are tried: the one that worked last comes first.

using System.Collections.Generic;

namespace Kv.PowerShell.Client;

internal sealed class KvEndpoints(IReadOnlyList<KvEndpoint> all)
{
    private volatile int _preferred;

    public int Count => all.Count;

    public KvEndpoint Preferred => all[_preferred];

    public KvEndpoint[] InOrder()
    {
        var first = _preferred;
        var order = new KvEndpoint[all.Count];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = all[(first + i) % order.Length];
        }

        return order;
    }

    public void Prefer(KvEndpoint endpoint)
    {
        for (var i = 0; i < all.Count; i++)
        {
            if (ReferenceEquals(all[i], endpoint))
            {
                _preferred = i;
                return;
            }
        }
    }

    /// <summary>Puts the endpoint after this one first, if this one was first.</summary>
    public void Avoid(KvEndpoint endpoint)
    {
        if (ReferenceEquals(Preferred, endpoint))
        {
            _preferred = (_preferred + 1) % all.Count;
        }
    }
}
