namespace Kv.Node.Engine;

/// <summary>How the membership can be changed. The numbers travel between members.</summary>
internal enum MembershipAction
{
    Add = 0,
    Remove = 1,

    /// <summary>Other peer URLs.</summary>
    Update = 2,

    /// <summary>A learner becomes a voter.</summary>
    Promote = 3,
}
