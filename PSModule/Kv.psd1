# The module's manifest: exact export lists and nothing computed, so that PowerShell can load commands
# on demand and tools can read it as data.
@{
    RootModule             = 'Kv.dll'
    ModuleVersion          = '0.1.0'
    GUID                   = '5d0e6a7c-3b52-4c0e-9a55-1f6f0a2c7b41'
    Author                 = 'Kv'
    CompanyName            = 'Kv'
    Copyright              = '(c) Kv'
    Description            = 'Keys, watches, members and local clusters of Kv and of any etcd v3 server, as PowerShell objects.'
    CompatiblePSEditions   = @('Desktop', 'Core')
    PowerShellVersion      = '5.1'
    DotNetFrameworkVersion = '4.7.2'
    FormatsToProcess       = @('Kv.Format.ps1xml')
    TypesToProcess         = @('Kv.Types.ps1xml')
    FunctionsToExport      = @()
    VariablesToExport      = @()
    AliasesToExport        = @()
    CmdletsToExport        = @(
        'Add-KvMember'
        'Clear-KvAlarm'
        'Compress-KvHistory'
        'Connect-KvCluster'
        'Copy-KvKey'
        'Disable-KvAuthentication'
        'Disconnect-KvCluster'
        'Enable-KvAuthentication'
        'Enter-KvElection'
        'Exit-KvElection'
        'Get-KvAlarm'
        'Get-KvAuthentication'
        'Get-KvClusterStatus'
        'Get-KvConnection'
        'Get-KvDiscovery'
        'Get-KvElection'
        'Get-KvHash'
        'Get-KvKey'
        'Get-KvLease'
        'Get-KvMember'
        'Get-KvNode'
        'Get-KvRole'
        'Get-KvUser'
        'Grant-KvPermission'
        'Grant-KvRole'
        'Invoke-KvTransaction'
        'Lock-KvResource'
        'Move-KvLeader'
        'New-KvCluster'
        'New-KvClusterConfig'
        'New-KvCompare'
        'New-KvDiscoveryToken'
        'New-KvLease'
        'New-KvOperation'
        'New-KvRole'
        'New-KvUser'
        'Optimize-KvStorage'
        'Remove-KvKey'
        'Remove-KvLease'
        'Remove-KvMember'
        'Remove-KvRole'
        'Remove-KvUser'
        'Rename-KvKey'
        'Revoke-KvPermission'
        'Revoke-KvRole'
        'Set-KvKey'
        'Set-KvMember'
        'Set-KvUser'
        'Start-KvNode'
        'Stop-KvNode'
        'Test-KvClusterHealth'
        'Test-KvKey'
        'Unlock-KvResource'
        'Update-KvLease'
        'Use-KvLease'
        'Use-KvLock'
        'Wait-KvKey'
        'Watch-KvElection'
        'Watch-KvKey'
    )
    FileList               = @(
        'Kv.psd1'
        'Kv.dll'
        'Newtonsoft.Json.dll'
        'Kv.Format.ps1xml'
        'Kv.Types.ps1xml'
        'en-US/Kv.dll-Help.xml'
        'en-US/about_Kv.help.txt'
    )
    PrivateData            = @{
        PSData = @{
            Tags = @('etcd', 'KeyValue', 'Raft', 'Cluster', 'PSEdition_Desktop', 'PSEdition_Core', 'Windows', 'Linux', 'MacOS')
        }
    }
}
