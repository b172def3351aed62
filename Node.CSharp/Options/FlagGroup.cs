// The headings of the help text.
namespace Kv.Node.Options;

/// <summary>Where a flag stands in the help text, in this order.</summary>
internal enum FlagGroup
{
    Member,
    Clustering,
    Storage,
    Security,
    Logging,
    Other,
}
