// Every ErrorId the module writes. They are part of its interface: scripts match on
// FullyQualifiedErrorId, so an entry may be added but not renamed.

namespace Kv.PowerShell.Errors;

/// <summary>The stable identifiers of the module's errors.</summary>
public static class KvErrorId
{
    /// <summary>No connection was given and the runspace has no default one.</summary>
    public const string NotConnected = "KvNotConnected";

    /// <summary>No endpoint could be reached.</summary>
    public const string EndpointUnavailable = "KvEndpointUnavailable";

    /// <summary>An endpoint is not a usable URL.</summary>
    public const string EndpointInvalid = "KvEndpointInvalid";

    /// <summary>The endpoints belong to more than one cluster.</summary>
    public const string ClusterMismatch = "KvClusterMismatch";

    /// <summary>The member asked has no leader.</summary>
    public const string NoLeader = "KvNoLeader";

    /// <summary>The time allowed ran out.</summary>
    public const string Timeout = "KvTimeout";

    /// <summary>The credentials are missing, wrong or expired.</summary>
    public const string AuthFailed = "KvAuthFailed";

    /// <summary>The user may not do this.</summary>
    public const string PermissionDenied = "KvPermissionDenied";

    /// <summary>A user name and password would cross the network in the clear.</summary>
    public const string LoginNotProtected = "KvLoginNotProtected";

    /// <summary>The file of a certificate or its key cannot be used.</summary>
    public const string CertificateInvalid = "KvCertificateInvalid";

    /// <summary>A certificate could not be made.</summary>
    public const string CertificateNotMade = "KvCertificateNotMade";

    /// <summary>The user does not exist.</summary>
    public const string UserNotFound = "KvUserNotFound";

    /// <summary>The role does not exist.</summary>
    public const string RoleNotFound = "KvRoleNotFound";

    /// <summary>A guard (-IfAbsent, -IfModRevision) did not hold.</summary>
    public const string Conflict = "KvConflict";

    /// <summary>The revision is compacted.</summary>
    public const string RevisionCompacted = "KvRevisionCompacted";

    /// <summary>The revision does not exist yet.</summary>
    public const string RevisionFuture = "KvRevisionFuture";

    /// <summary>No member knows which revision was the newest at that time.</summary>
    public const string TimeUnknown = "KvTimeUnknown";

    /// <summary>The key does not exist.</summary>
    public const string KeyNotFound = "KvKeyNotFound";

    /// <summary>The lease does not exist.</summary>
    public const string LeaseNotFound = "KvLeaseNotFound";

    /// <summary>Nobody leads.</summary>
    public const string ElectionNotFound = "KvElectionNotFound";

    /// <summary>A lease that was to be kept ended.</summary>
    public const string LeaseLost = "KvLeaseLost";

    /// <summary>The member does not exist.</summary>
    public const string MemberNotFound = "KvMemberNotFound";

    /// <summary>The store's space quota is used up.</summary>
    public const string NoSpace = "KvNoSpace";

    /// <summary>The request is larger than the server takes.</summary>
    public const string RequestTooLarge = "KvRequestTooLarge";

    /// <summary>The server has too much to do.</summary>
    public const string TooManyRequests = "KvTooManyRequests";

    /// <summary>The server answered what this module cannot read.</summary>
    public const string Protocol = "KvProtocol";

    /// <summary>The server refused the request for another reason; its text says which.</summary>
    public const string RequestRefused = "KvRequestRefused";

    /// <summary>The value has no obvious text form; -AsJson or a byte array is needed.</summary>
    public const string ValueNotText = "KvValueNotText";

    /// <summary>The stored value is not JSON.</summary>
    public const string ValueNotJson = "KvValueNotJson";

    /// <summary>The value is nested deeper than -Depth.</summary>
    public const string ValueTooDeep = "KvValueTooDeep";

    /// <summary>A folder of a drive cannot be made; it is there as long as keys are below it.</summary>
    public const string FolderNotStored = "KvFolderNotStored";

    /// <summary>Two parameters contradict each other.</summary>
    public const string ParameterConflict = "KvParameterConflict";

    /// <summary>The file is no export, or damaged.</summary>
    public const string ExportInvalid = "KvExportInvalid";

    /// <summary>The file could not be read or written.</summary>
    public const string FileFailed = "KvFileFailed";

    /// <summary>No node of that name is known.</summary>
    public const string NodeNotFound = "KvNodeNotFound";

    /// <summary>The kvnode program was not found.</summary>
    public const string NodeProgramNotFound = "KvNodeProgramNotFound";

    /// <summary>The node's process could not be started.</summary>
    public const string NodeStartFailed = "KvNodeStartFailed";

    /// <summary>The node's process ended before it was ready.</summary>
    public const string NodeExited = "KvNodeExited";

    /// <summary>The node runs but did not become ready in time.</summary>
    public const string NodeNotReady = "KvNodeNotReady";

    /// <summary>The node could not be stopped.</summary>
    public const string NodeNotStopped = "KvNodeNotStopped";

    /// <summary>Nodes run that must not.</summary>
    public const string NodeRunning = "KvNodeRunning";

    /// <summary>A cluster of that name or in that folder exists.</summary>
    public const string ClusterExists = "KvClusterExists";

    /// <summary>The cluster file is damaged or of a newer version.</summary>
    public const string ClusterFileInvalid = "KvClusterFileInvalid";

    /// <summary>The cluster's files could not be written.</summary>
    public const string ClusterFileFailed = "KvClusterFileFailed";

    /// <summary>The service could not be installed or removed.</summary>
    public const string ServiceFailed = "KvServiceFailed";

    /// <summary>The file is no snapshot, or damaged.</summary>
    public const string SnapshotInvalid = "KvSnapshotInvalid";

    /// <summary>A data directory could not be made of a snapshot.</summary>
    public const string RestoreFailed = "KvRestoreFailed";

    /// <summary>The registry knows no such discovery token.</summary>
    public const string DiscoveryTokenNotFound = "KvDiscoveryTokenNotFound";
}
