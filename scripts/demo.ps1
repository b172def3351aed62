#!/usr/bin/env pwsh
# A walk through Kv on this machine: a cluster of three nodes with TLS and users, a lease, a lock, a watch in
# a job, a transaction, time travel, a snapshot and a cluster restored from it. about_Kv_Demo tells the same.
# Everything happens below Path and is removed at the end; with -Keep it stays and the nodes go on running.
param([string] $Path, [switch] $Keep)
$ErrorActionPreference = 'Stop'
if (-not (Get-Command New-KvCluster -ErrorAction SilentlyContinue)) {
    $module = "$PSScriptRoot/../artifacts/Kv/Kv.psd1"
    if (-not [System.IO.File]::Exists($module)) { & "$PSScriptRoot/build.ps1" }
    Import-Module $module
}

if (-not $Path) { $Path = [System.IO.Path]::Combine([System.IO.Path]::GetTempPath(), "kv-demo-$([guid]::NewGuid().ToString('N').Substring(0, 8))") }
$number = 0
function Step([string] $Title) {
    $script:number++
    "`n$($script:number). $Title" | Out-Host
}

try {
    Step 'A cluster of three nodes, with certificates of its own'
    $nodes = New-KvCluster demo -Count 3 -Tls -Path "$Path/demo"
    $nodes | Start-KvNode -PassThru | Out-Host
    $nodes | Wait-KvCluster | Out-Host
    $nodes | Connect-KvCluster | Out-Host

    Step 'Users: root may do everything, anna what is below app/'
    $secret = [securestring]::new()
    'correct horse'.ToCharArray() | ForEach-Object { $secret.AppendChar($_) }
    New-KvUser root $secret
    Grant-KvRole root root
    New-KvUser anna $secret
    New-KvRole app
    Grant-KvPermission app app/ ReadWrite -Prefix
    Grant-KvRole app anna
    Enable-KvAuthentication -Confirm:$false
    $root = $nodes | Connect-KvCluster -Credential ([pscredential]::new('root', $secret)) -NoDefault
    $nodes | Connect-KvCluster -Credential ([pscredential]::new('anna', $secret)) | Out-Null
    Get-KvUser -Connection $root | Out-Host
    try { Set-KvKey secret 1 } catch { "anna and other keys: $($_.FullyQualifiedErrorId)" | Out-Host }

    Step 'Keys, and what they were a moment ago'
    1..5 | ForEach-Object { Set-KvKey "app/job/$_" "queued" }
    $before = (Set-KvKey app/job/1 running -PassThru).ModRevision - 1
    Get-KvKey app/job/ -Prefix | Out-Host
    Get-KvKey app/job/1 -Revision $before | Out-Host
    Get-KvKeyHistory app/job/1 | Out-Host

    Step 'A watch in a job sees every change from now on'
    $job = Watch-KvKey app/ -Prefix -First 4 -AsJob

    Step 'A lease: the key goes when it is not renewed'
    $lease = New-KvLease 60
    Set-KvKey app/worker/7 busy -LeaseId $lease.LeaseId
    $lease | Get-KvLease -IncludeKey | Out-Host
    $lease | Remove-KvLease -Confirm:$false

    Step 'A lock: one at a time'
    Use-KvLock app/deploy { Set-KvKey app/version 8 }

    Step 'A transaction: the job is taken only if it is free'
    $free = New-KvCompare app/job/2 -Value queued
    $take = New-KvOperation Put app/job/2 anna
    Invoke-KvTransaction -If $free -Then $take | Out-Host
    Invoke-KvTransaction -If $free -Then $take | Out-Host

    Step 'What the watch saw'
    $job | Wait-Job | Receive-Job | Out-Host

    Step 'A snapshot, and a new cluster made of it'
    Save-KvSnapshot "$Path/demo.db" -Connection $root | Out-Host
    $copy = New-KvCluster copy -Count 1 -Path "$Path/copy"
    $copy | Restore-KvSnapshot "$Path/demo.db" -Confirm:$false
    $copy | Start-KvNode -PassThru | Out-Host
    $anna = $copy | Connect-KvCluster -Credential ([pscredential]::new('anna', $secret)) -NoDefault
    Get-KvKey app/ -Prefix -Connection $anna | Out-Host

    Step 'The loss of a node'
    (Get-KvMember -Connection $root | Where-Object IsLeader).Name | ForEach-Object { Stop-KvNode $_ -Path "$Path/demo" -Force }
    do { Set-KvKey app/survived yes -ErrorAction SilentlyContinue -ErrorVariable failure -WarningAction SilentlyContinue } while ($failure)
    Get-KvClusterStatus -Connection $root -WarningAction SilentlyContinue | Out-Host
}
finally {
    if ($Keep) {
        "Everything is in $Path; Get-KvNode shows the nodes." | Out-Host
    }
    else {
        Get-KvConnection | Disconnect-KvCluster
        foreach ($cluster in "$Path/demo", "$Path/copy") {
            if ([System.IO.File]::Exists("$cluster/cluster.json")) { Remove-KvCluster -Path $cluster -Force -Confirm:$false }
        }

        if ([System.IO.Directory]::Exists($Path)) { [System.IO.Directory]::Delete($Path, $true) }
    }
}
