// Picks names by wildcards, as the cmdlets for users and roles do.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;

namespace Kv.PowerShell.Commands;

internal static class NamePatterns
{
    /// <summary>Replaces a name with wildcards by the names it matches; another stays, known or not.</summary>
    /// <param name="name">A name or wildcards, which are matched with regard to case, as names are.</param>
    /// <param name="all">Gives all names there are; asked only if there is a wildcard.</param>
    public static IEnumerable<string> Expand(string name, Func<string[]> all) =>
        !WildcardPattern.ContainsWildcardCharacters(name) ? [name]
        : all().Where(new WildcardPattern(name, WildcardOptions.CultureInvariant).IsMatch);
}
