#!/usr/bin/env pwsh
# Runs one node in the foreground with the flags given; with none, a single node on
# 127.0.0.1:2379/2380 with its data in default.kv and the v2 API on. Builds first if nothing was built yet.
$ErrorActionPreference = 'Stop'
$root = Split-Path -Parent $PSScriptRoot
$name = if ($env:OS -eq 'Windows_NT') { 'kvnode.exe' } else { 'kvnode' }
$node = Join-Path $root "artifacts/kvnode/$name"
if (-not (Test-Path $node)) { & "$root/scripts/build.ps1" }
$flags = if ($args.Count -gt 0) { $args } else { @('--enable-v2') }
& $node @flags
exit $LASTEXITCODE
