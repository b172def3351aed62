# Watches and waits, in the foreground and as jobs.

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $null = Start-SpecCluster -Count 3
}

AfterAll { Stop-SpecCluster }

Describe 'Watch-KvKey' {
    It 'emits what happened since a revision' {
        $revision = (Set-KvKey w/a 1 -PassThru).ModRevision
        Set-KvKey w/a 2
        Remove-KvKey w/a
        $changes = Watch-KvKey w/ -Prefix -FromRevision $revision -IncludePrevious -First 3
        $changes.Type | Should -Be @('Put', 'Put', 'Delete')
        $changes[2].PreviousValue | Should -Be '2'
    }

    It 'begins with what is there' {
        Set-KvKey s/a 1
        (Watch-KvKey s/ -Prefix -IncludeSnapshot -First 1).Type | Should -Be 'Snapshot'
    }

    It 'emits only the kinds asked for' {
        $revision = (Set-KvKey k/a 1 -PassThru).ModRevision
        Remove-KvKey k/a
        (Watch-KvKey k/a -Event Delete -FromRevision $revision -First 1).Type | Should -Be 'Delete'
    }

    It 'is an error if the history is compacted' {
        $revision = (Set-KvKey c/a 1 -PassThru).ModRevision
        Set-KvKey c/a 2
        Compress-KvHistory ($revision + 1) -Confirm:$false
        { Watch-KvKey c/a -FromRevision $revision -First 1 } | Should -Throw -ErrorId 'KvRevisionCompacted*'
    }

    It 'goes on in a job, and through the death of a node without losing or repeating a change' {
        $job = Watch-KvKey j/ -Prefix -First 300 -AsJob
        1..100 | ForEach-Object { Set-KvKey j/k $_ }
        $node = Get-KvNode -Path $SpecCluster | Where-Object { $_.ClientUrl -eq (Get-KvConnection).CurrentEndpoint }
        $node | Stop-KvNode -Force
        101..300 | ForEach-Object {
            $number = $_
            Wait-Spec { try { Set-KvKey j/k $number -WarningAction SilentlyContinue; $true } catch { $false } }
        }
        $seen = [int[]](Wait-Job $job | Receive-Job -WarningAction SilentlyContinue -ErrorAction SilentlyContinue).Value
        $seen[0] | Should -Be 1
        $seen[-1] | Should -BeGreaterThan 290
        ($seen | ForEach-Object { $before = 0 } { if ($_ -lt $before) { $_ }; $before = $_ }) | Should -BeNullOrEmpty
        $node | Start-KvNode
    }

    It 'stops when the job is stopped' {
        $job = Watch-KvKey x -AsJob
        Stop-Job $job
        $job.State | Should -Be 'Stopped'
    }
}

Describe 'Wait-KvKey' {
    It 'comes back when a key is as wanted' {
        $job = Wait-KvKey ready -Value yes -AsJob
        Set-KvKey ready no
        Set-KvKey ready yes
        (Wait-Job $job | Receive-Job).Value | Should -Be 'yes'
    }

    It 'comes back at once if it is already' {
        Set-KvKey there 1
        (Wait-KvKey there).Value | Should -Be '1'
        Wait-KvKey absent -Absent | Should -BeNullOrEmpty
    }

    It 'waits no longer than told' {
        { Wait-KvKey never -TimeoutSec 1 } | Should -Throw -ErrorId 'KvTimeout*'
    }
}
