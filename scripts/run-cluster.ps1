#!/usr/bin/env pwsh
# Runs a cluster of three nodes on this machine (clients on 2379, 22379, 32379; peers one above),
# data below Path. Ctrl-C stops all three.
param([string] $Path = 'cluster.kv')
$ErrorActionPreference = 'Stop'
$root = Split-Path -Parent $PSScriptRoot
$name = if ($env:OS -eq 'Windows_NT') { 'kvnode.exe' } else { 'kvnode' }
$node = Join-Path $root "artifacts/kvnode/$name"
if (-not (Test-Path $node)) { & "$root/scripts/build.ps1" }
New-Item -ItemType Directory -Force $Path | Out-Null
$cluster = 'node1=http://127.0.0.1:2380,node2=http://127.0.0.1:22380,node3=http://127.0.0.1:32380'
$token = Split-Path -Leaf $Path
$processes = foreach ($n in @(@(1, ''), @(2, '2'), @(3, '3'))) {
    $client = "http://127.0.0.1:$($n[1])2379"
    $peer = "http://127.0.0.1:$($n[1])2380"
    $arguments = @(
        '--name', "node$($n[0])", '--data-dir', (Join-Path $Path "node$($n[0])")
        '--listen-client-urls', $client, '--advertise-client-urls', $client
        '--listen-peer-urls', $peer, '--initial-advertise-peer-urls', $peer
        '--initial-cluster', $cluster, '--initial-cluster-token', $token)
    $process = Start-Process -FilePath $node -ArgumentList $arguments -PassThru -NoNewWindow
    Write-Host "node$($n[0]): pid $($process.Id), clients $client, data $(Join-Path $Path "node$($n[0])")"
    $process
}
try { $processes | Wait-Process }
finally { $processes | Where-Object { -not $_.HasExited } | Stop-Process }
