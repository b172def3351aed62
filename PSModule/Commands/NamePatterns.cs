// Picks things by their names, with wildcards.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;

namespace Kv.PowerShell.Commands;

internal static class NamePatterns
{
    /// <summary>What has this name, or one that matches its wildcards, whatever the case.</summary>
    /// <param name="known">What there is.</param>
    /// <param name="nameOf">Its name.</param>
    /// <param name="name">A name or wildcards.</param>
    /// <param name="missing">Called if there is nothing of a name without wildcards.</param>
    public static List<T> Find<T>(IEnumerable<T> known, Func<T, string> nameOf, string name, Action missing)
    {
        var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
        var found = known.Where(item => pattern.IsMatch(nameOf(item))).ToList();
        if (found.Count == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
        {
            missing();
        }

        return found;
    }

    /// <summary>Replaces a name with wildcards by the names it matches; another stays, known or not.</summary>
    /// <param name="name">A name or wildcards, which are matched with regard to case, as names are.</param>
    /// <param name="all">Gives all names there are; asked only if there is a wildcard.</param>
    public static IEnumerable<string> Expand(string name, Func<string[]> all) =>
        !WildcardPattern.ContainsWildcardCharacters(name) ? [name]
        : all().Where(new WildcardPattern(name, WildcardOptions.CultureInvariant).IsMatch);
}
