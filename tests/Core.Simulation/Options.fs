// Swarm options: the seed decides what kind of bad day a run is, not only how the dice fall in it.
// Each fault is off in about half of all runs, so that faults are also tested without each other.
namespace Kv.Core.Simulation

/// Time in a run is counted in units; a member's heartbeat tick is ten of them.
[<RequireQualifiedAccess>]
module Time =
    /// Time units in one tick.
    [<Literal>]
    let unitsPerTick = 10L

/// A deliberate fault in the host, disk or network, to prove that the checkers see what they should.
type HostMutant =
    | None = 0
    /// Messages of a batch leave at once.
    | SendBeforeDurable = 1
    /// A crash loses the durable vote.
    | ForgetVoteOnCrash = 2
    /// Batches are reported durable at once, and a crash loses them.
    | ReportBeforeDurable = 3
    /// The disk forgets synced entries at a crash.
    | LoseSyncedTail = 4
    /// Some entries are applied twice.
    | ApplyTwice = 5
    /// Some entries are not applied.
    | SkipApply = 6
    /// A lost append is answered by the network as if it had been accepted.
    | ForgeAcceptances = 7
    /// A refused vote arrives as granted.
    | ForgeVotes = 8
    /// Entries change on their way.
    | CorruptEntries = 9
    /// Reads are released at once at the local applied index.
    | ServeReadsLocally = 10
    /// The term is not written to the disk.
    | ForgetTermOnCrash = 11
    /// A refusal is reported for proposals that were taken.
    | LieAboutRefusals = 12
    /// The network never heals.
    | NeverHeal = 13

/// Everything that differs between two runs. Chances are per mille; `Units` are time units.
[<NoComparison; NoEquality>]
type SimOptions = {
    Seed: uint64
    HostMutant: HostMutant
    // The cluster and its Raft settings.
    Voters: int
    Learners: int
    MembersMax: int
    ElectionTicks: int
    HeartbeatTicks: int
    PreVote: bool
    CheckQuorum: bool
    AppendBytesMax: int
    InflightCountMax: int
    InflightBytesMax: int
    UncommittedBytesMax: int
    TailEntriesMax: int
    TailBytesMax: int
    // The network.
    LossPermille: int
    DuplicatePermille: int
    DelayUnitsMax: int
    ReorderPermille: int
    ReorderUnitsMax: int
    PartitionPermille: int
    PartitionOneWay: bool
    PartitionTicksMax: int
    ClogPermille: int
    ClogTicksMax: int
    UnreachablePermille: int
    EncodesMessages: bool
    // Crashes and disks.
    CrashPermille: int
    CrashAllPermille: int
    RestartTicksMax: int
    PersistUnitsMax: int
    PersistStallPermille: int
    TornBatchPermille: int
    PreviousSnapshotPermille: int
    // The host.
    TurnUnitsMax: int
    DrainsEachStep: bool
    ApplyUnitsMax: int
    TickSkewed: bool
    LocalSnapshotPermille: int
    SnapshotUnitsMax: int
    SnapshotFailPermille: int
    // The workload, chances per tick.
    ProposePermille: int
    ProposeBurstMax: int
    PayloadBytesMax: int
    ReadPermille: int
    ChangePermille: int
    TransferPermille: int
    CampaignPermille: int
    SafetyTicks: int
}

[<RequireQualifiedAccess>]
module SimOptions =
    /// A value with this chance in a hundred, else 0.
    let private sometimes (rng: SplitMix) (percent: int) (low: int) (high: int) =
        let isOn = rng.Below 100 < percent
        let value = rng.Between(low, high)
        if isOn then value else 0

    /// The options a seed stands for.
    let draw (seed: uint64) (mutant: HostMutant) : SimOptions =
        let rng = SplitMix(seed ^^^ 0x6b76_73696dUL)
        let electionTicks = rng.Between(4, 12)
        let voters = rng.Pick [| 1; 2; 3; 3; 3; 3; 4; 5; 5; 5; 6; 7 |]

        {
            Seed = seed
            HostMutant = mutant
            Voters = voters
            Learners = min (7 - voters) (sometimes rng 30 1 2)
            MembersMax = 7
            ElectionTicks = electionTicks
            HeartbeatTicks = rng.Between(1, max 1 (electionTicks / 4))
            PreVote = rng.Chance 700
            CheckQuorum = rng.Chance 700
            AppendBytesMax = rng.Pick [| 1; 64; 256; 4096; 1 <<< 20; 1 <<< 20 |]
            InflightCountMax = rng.Pick [| 1; 2; 4; 16; 512; 512 |]
            InflightBytesMax = rng.Pick [| 64; 1024; 16 <<< 20; 16 <<< 20 |]
            UncommittedBytesMax = rng.Pick [| 256; 4096; 256 <<< 20; 256 <<< 20 |]
            TailEntriesMax = rng.Pick [| 1; 4; 16; 100; 5000 |]
            TailBytesMax = rng.Pick [| 128; 4096; 64 <<< 20; 64 <<< 20 |]
            LossPermille = sometimes rng 60 1 300
            DuplicatePermille = sometimes rng 50 1 300
            DelayUnitsMax = rng.Pick [| 1; 3; 10; 30 |]
            ReorderPermille = sometimes rng 50 1 300
            ReorderUnitsMax = rng.Between(5, 80)
            PartitionPermille = sometimes rng 60 1 30
            PartitionOneWay = rng.Chance 300
            PartitionTicksMax = rng.Between(2, 60)
            ClogPermille = sometimes rng 40 1 40
            ClogTicksMax = rng.Between(1, 20)
            UnreachablePermille = sometimes rng 50 100 1000
            EncodesMessages = rng.Chance 300
            CrashPermille = sometimes rng 70 1 20
            CrashAllPermille = sometimes rng 30 1 6
            RestartTicksMax = rng.Between(1, 60)
            PersistUnitsMax = rng.Pick [| 0; 1; 5; 20; 60 |]
            PersistStallPermille = sometimes rng 30 1 30
            TornBatchPermille = sometimes rng 50 100 600
            PreviousSnapshotPermille = sometimes rng 40 50 500
            TurnUnitsMax = rng.Pick [| 0; 0; 1; 5 |]
            DrainsEachStep = rng.Chance 500
            ApplyUnitsMax = rng.Pick [| 0; 1; 10; 50 |]
            TickSkewed = rng.Chance 400
            LocalSnapshotPermille = sometimes rng 70 5 150
            SnapshotUnitsMax = rng.Between(1, 100)
            SnapshotFailPermille = sometimes rng 40 10 400
            ProposePermille = rng.Between(50, 900)
            ProposeBurstMax = rng.Pick [| 1; 1; 4; 16 |]
            PayloadBytesMax = rng.Pick [| 8; 32; 200 |]
            ReadPermille = sometimes rng 60 10 400
            ChangePermille = sometimes rng 60 5 60
            TransferPermille = sometimes rng 40 1 30
            CampaignPermille = sometimes rng 20 1 10
            SafetyTicks = rng.Between(150, 450)
        }
