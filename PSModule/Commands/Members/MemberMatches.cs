// Which members of a cluster are meant by the ids or names a cmdlet was given.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;

namespace Kv.PowerShell.Commands;

internal static class MemberMatches
{
    /// <summary>Finds the members as they are asked for, so that what is done with one comes before what
    /// is said of the next.</summary>
    /// <param name="known">The members of the cluster.</param>
    /// <param name="ids">Ids; null if names are given.</param>
    /// <param name="names">Names, with wildcards.</param>
    /// <param name="report">Told of an id, or a name without wildcards, that no member has.</param>
    public static IEnumerable<KvMember> Find(
        IReadOnlyCollection<KvMember> known, ulong[]? ids, string[] names, Action<KvException, object> report)
    {
        return ids is not null
            ? ids.SelectMany(id =>
            {
                var found = known.Where(m => m.Id == id).ToList();
                if (found.Count == 0)
                {
                    Missing(id.ToString("x", CultureInfo.InvariantCulture));
                }

                return found;
            })
            : names.SelectMany(name => NamePatterns.Find(known, static m => m.Name, name, () => Missing(name)));

        void Missing(string text) =>
            report(new KvNotFoundException(KvErrorId.MemberNotFound, $"The cluster has no member '{text}'."), text);
    }
}
