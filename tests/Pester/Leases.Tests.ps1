# Leases: keys that go by themselves, and leases that are kept.

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $null = Start-SpecCluster -Count 3
}

AfterAll { Stop-SpecCluster }

Describe 'A lease' {
    It 'is granted, shown with its keys, renewed and revoked with them' {
        $lease = New-KvLease 60
        Set-KvKey l/a 1 -LeaseId $lease.LeaseId
        ($lease | Get-KvLease -IncludeKey).AttachedKey | Should -Be 'l/a'
        ($lease | Update-KvLease -PassThru).Remaining.TotalSeconds | Should -BeGreaterThan 50
        $lease | Remove-KvLease -Confirm:$false
        Test-KvKey l/a | Should -BeFalse
        { Get-KvLease $lease.LeaseId } | Should -Throw -ErrorId 'KvLeaseNotFound*'
    }

    It 'takes its keys along when it ends' {
        Set-KvKey l/short 1 -TimeToLive 1
        Wait-KvKey l/short -Absent -TimeoutSec 30
        Test-KvKey l/short | Should -BeFalse
    }

    It 'is kept while a script runs, and then revoked' {
        Use-KvLease 2 {
            Set-KvKey l/kept 1 -LeaseId $_.LeaseId
            $end = [datetime]::UtcNow + $_.TimeToLive + $_.TimeToLive
            while ([datetime]::UtcNow -lt $end) { $null = $_ | Get-KvLease }
            Test-KvKey l/kept
        } | Should -BeTrue
        Test-KvKey l/kept | Should -BeFalse
    }

    It 'is kept through the death of the node it was renewed at' {
        Use-KvLease 5 {
            $lease = $_
            Set-KvKey l/through 1 -LeaseId $lease.LeaseId
            $endpoint = (Get-KvConnection).CurrentEndpoint
            Get-KvNode -Path $SpecCluster | Where-Object { $_.ClientUrl -eq $endpoint } | Stop-KvNode -Force
            $end = [datetime]::UtcNow + $lease.TimeToLive + $lease.TimeToLive
            while ([datetime]::UtcNow -lt $end) { $null = $lease | Get-KvLease -ErrorAction SilentlyContinue -WarningAction SilentlyContinue }
            Test-KvKey l/through -WarningAction SilentlyContinue
        } | Should -BeTrue
    }
}
