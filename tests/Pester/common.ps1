# Dot-sourced by the specs. They keep to PowerShell's core commands and to what Pester 5 documents, so that
# they run in the bare engine of tests/PSModule.Tests too (Specs/).

$ErrorActionPreference = 'Stop'
if ($env:KV_MODULE) { Import-Module $env:KV_MODULE } else { Import-Module "$PSScriptRoot/../../artifacts/Kv/Kv.psd1" }

function New-SpecFolder {
    $path = [System.IO.Path]::Combine([System.IO.Path]::GetTempPath(), "kv-spec-$([guid]::NewGuid().ToString('N').Substring(0, 8))")
    [System.IO.Directory]::CreateDirectory($path).FullName
}

# A cluster of this spec's own, connected to.
function Start-SpecCluster([int] $Count = 1, [switch] $Tls) {
    $script:SpecCluster = "$(New-SpecFolder)/cluster"
    New-KvCluster spec -Count $Count -Path $SpecCluster -Tls:$Tls | Start-KvNode
    Get-KvNode -Path $SpecCluster | Wait-KvCluster | Out-Null
    Get-KvNode -Path $SpecCluster | Connect-KvCluster
}

function Stop-SpecCluster {
    Disconnect-KvCluster
    Remove-KvCluster -Path $SpecCluster -Force -Confirm:$false
}

# Waits for something that becomes so by itself.
function Wait-Spec([scriptblock] $Condition) {
    $deadline = [datetime]::UtcNow.AddSeconds(30)
    while (-not (& $Condition)) {
        if ([datetime]::UtcNow -gt $deadline) { throw "It did not become so: $Condition" }
        [System.Threading.Thread]::Sleep(20)
    }
}
