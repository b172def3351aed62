#!/usr/bin/env pwsh
# Builds everything that is shipped: artifacts/kvnode/kvnode and artifacts/Kv/Kv.psd1.
$ErrorActionPreference = 'Stop'
$root = Split-Path -Parent $PSScriptRoot
dotnet publish "$root/Node.CSharp/Node.CSharp.csproj" -c Release -o "$root/artifacts/kvnode" -v quiet --nologo
if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
dotnet publish "$root/PSModule/PSModule.csproj" -c Release -o "$root/artifacts/Kv" -v quiet --nologo
if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
Write-Output 'built artifacts/kvnode/kvnode and artifacts/Kv/Kv.psd1'
