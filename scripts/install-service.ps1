<#
.SYNOPSIS
Installs kvnode as a Windows service, or, on Linux, as a systemd service.
.DESCRIPTION
Copies the program, writes a configuration file if there is none, registers the service and starts it. Run it
again to put a newer program in; configuration and data stay.
.PARAMETER From
Where kvnode is. The default is artifacts/kvnode, or the directory of an unpacked archive.
.PARAMETER Config
A configuration to install in place of the one that is there.
.PARAMETER Name
Name of the Windows service.
.PARAMETER NoStart
Does not start the service.
.PARAMETER Uninstall
Removes program and service; configuration and data stay.
.EXAMPLE
./scripts/install-service.ps1 -Config ./n1.yaml
#>
[CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'Medium')]
param(
    [string] $From,
    [string] $Config,
    [string] $Name = 'kvnode',
    [switch] $NoStart,
    [switch] $Uninstall
)
Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

if (-not $IsWindows -and $PSVersionTable.PSEdition -eq 'Core') {
    $arguments = @(
        if ($From) { '--from', $From }
        if ($Config) { '--config', $Config }
        if ($NoStart) { '--no-start' }
        if ($Uninstall) { '--uninstall' }
    )
    if ($PSCmdlet.ShouldProcess('kvnode.service', 'Install')) {
        & (Join-Path $PSScriptRoot 'install-service.sh') @arguments
        if ($LASTEXITCODE -ne 0) { throw "install-service.sh ended with $LASTEXITCODE" }
    }
    return
}

$program = Join-Path $env:ProgramFiles 'kvnode'
$data = Join-Path $env:ProgramData 'kvnode'
$settings = Join-Path $data 'kvnode.yaml'
$service = Get-Service -Name $Name -ErrorAction SilentlyContinue

if ($Uninstall) {
    if ($PSCmdlet.ShouldProcess($Name, 'Uninstall')) {
        if ($service) {
            Stop-Service -Name $Name -Force
            & sc.exe delete $Name | Out-Null
        }
        Remove-Item -LiteralPath $program -Recurse -Force -ErrorAction SilentlyContinue
        Write-Output "kvnode is uninstalled; $data is kept"
    }
    return
}

if (-not $From) {
    $From = Join-Path $PSScriptRoot '../artifacts/kvnode'
    if (-not (Test-Path -LiteralPath (Join-Path $From 'kvnode.exe'))) { $From = $PSScriptRoot }
}
if (-not (Test-Path -LiteralPath (Join-Path $From 'kvnode.exe'))) {
    throw "There is no kvnode.exe in $From. Build it with scripts/build.ps1, or give -From."
}
if (-not $PSCmdlet.ShouldProcess($Name, 'Install')) { return }

if ($service) { Stop-Service -Name $Name -Force }
New-Item -ItemType Directory -Force -Path $program, $data | Out-Null
Copy-Item -Path (Join-Path $From '*') -Destination $program -Recurse -Force
if ($Config) {
    Copy-Item -LiteralPath $Config -Destination $settings -Force
}
elseif (-not (Test-Path -LiteralPath $settings)) {
    Set-Content -LiteralPath $settings -Value @"
# One node that is reached from this machine only. kvnode --help lists the settings; each flag is a key here.
name: default
data-dir: $($data.Replace('\', '/'))/data
log-outputs: $($data.Replace('\', '/'))/kvnode.log
listen-client-urls: http://127.0.0.1:2379
advertise-client-urls: http://127.0.0.1:2379
listen-peer-urls: http://127.0.0.1:2380
initial-advertise-peer-urls: http://127.0.0.1:2380
initial-cluster: default=http://127.0.0.1:2380
"@
}
if (-not $service) {
    $binary = '"{0}" --config-file "{1}"' -f (Join-Path $program 'kvnode.exe'), $settings
    New-Service -Name $Name -BinaryPathName $binary -DisplayName 'Kv node' -StartupType Automatic `
        -Description 'A replicated key-value store with the protocols of etcd.' | Out-Null
    # Again after five seconds if it fails; a member that was removed from its cluster ends well, and stays ended.
    & sc.exe failure $Name reset= 3600 actions= restart/5000/restart/5000/restart/5000 | Out-Null
}
if (-not $NoStart) { Start-Service -Name $Name }
Write-Output "installed $program, the service $Name and $settings"
