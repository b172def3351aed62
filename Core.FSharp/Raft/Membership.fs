namespace Kv.Core.Raft
[<RequireQualifiedAccess>]
module internal Membership =
    let next (present: Configuration) (steps: ConfigurationStep[]) : Configuration voption = ignore steps; ValueSome present
    let isWellFormed (c: Configuration) = c.Voters.Length >= 0
