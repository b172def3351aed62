// The store's order of keys: byte by byte, unsigned.

using System;

namespace Kv.PowerShell.Model;

internal static class ByteOrder
{
    public static int Compare(byte[] left, byte[] right)
    {
        var common = Math.Min(left.Length, right.Length);
        for (var i = 0; i < common; i++)
        {
            if (left[i] != right[i])
            {
                return left[i] - right[i];
            }
        }

        return left.Length - right.Length;
    }
}
