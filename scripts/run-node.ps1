#!/usr/bin/env pwsh
# Runs one node in the foreground with the flags given; with none, a single node on
# 127.0.0.1:2379/2380 with its data in default.kv. Builds first if nothing was built yet.
$ErrorActionPreference = 'Stop'
$root = Split-Path -Parent $PSScriptRoot
$name = if ($env:OS -eq 'Windows_NT') { 'kvnode.exe' } else { 'kvnode' }
$node = Join-Path $root "artifacts/kvnode/$name"
if (-not (Test-Path $node)) { & "$root/scripts/build.ps1" }
& $node @args
exit $LASTEXITCODE
