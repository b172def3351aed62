# Health, hashes, figures, alarms, upkeep.

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $null = Start-SpecCluster -Count 3
}

AfterAll { Stop-SpecCluster }

Describe 'A cluster' {
    It 'is healthy, and not after the loss of its majority' {
        Test-KvClusterHealth | Should -BeTrue
        $status = Get-KvClusterStatus
        $status.Health | Should -Be 'Healthy'
        $status.Online | Should -Be 3
        $status.FailuresTolerated | Should -Be 1
    }

    It 'has the same data everywhere' {
        Set-KvKey hashed 1
        $revision = (Get-KvKey hashed).ModRevision
        Wait-Spec { (Get-KvHash -Revision $revision | Where-Object IsDifferent).Count -eq 0 -and (Get-KvHash -Revision $revision).Count -eq 3 }
    }

    It 'tells figures' {
        (Get-KvMetric etcd_server_has_leader).Value | Should -Be @(1, 1, 1)
    }

    It 'has no alarm' {
        Get-KvAlarm | Should -BeNullOrEmpty
        Clear-KvAlarm
    }

    It 'is optimized, and compacted' {
        Get-KvMember | Optimize-KvStorage -Confirm:$false
        1..5 | ForEach-Object { Set-KvKey compacted $_ }
        Compress-KvHistory -Keep 2 -Confirm:$false
        { Get-KvKey compacted -Revision 2 } | Should -Throw -ErrorId 'KvRevisionCompacted*'
    }

    It 'is waited for' {
        (Wait-KvCluster).Health | Should -Be 'Healthy'
    }
}
