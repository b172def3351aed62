#!/usr/bin/env pwsh
# Runs the module's specs (tests/Pester) with Pester 5 or later, as is done before each release. Every other
# run of the tests (scripts/test.sh) has the same files in the engine that the tests bring with them.
param([string[]] $Path = "$PSScriptRoot/../tests/Pester", [string] $ResultPath)
$ErrorActionPreference = 'Stop'
if (-not (Get-Module -ListAvailable Pester | Where-Object Version -GE 5.0)) {
    throw 'Pester 5 or later is needed: Install-PSResource Pester'
}

if (-not (Test-Path "$PSScriptRoot/../artifacts/Kv/Kv.psd1")) { & "$PSScriptRoot/build.ps1" }
$configuration = New-PesterConfiguration
$configuration.Run.Path = $Path
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Detailed'
if ($ResultPath) {
    $configuration.TestResult.Enabled = $true
    $configuration.TestResult.OutputPath = $ResultPath
}

$result = Invoke-Pester -Configuration $configuration
"$($result.PassedCount) passed, $($result.FailedCount) failed"
exit ([int]($result.FailedCount + $result.FailedBlocksCount + $result.FailedContainersCount -gt 0))
