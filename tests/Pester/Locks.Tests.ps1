# Locks and elections.

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $null = Start-SpecCluster
}

AfterAll { Stop-SpecCluster }

Describe 'A lock' {
    It 'is held by one at a time' {
        $lock = Lock-KvResource deploy
        { Lock-KvResource deploy -TimeoutSec 1 } | Should -Throw -ErrorId 'KvTimeout*'
        $lock | Unlock-KvResource
        Lock-KvResource deploy -TimeoutSec 5 | Unlock-KvResource
    }

    It 'is held while a script runs' {
        Use-KvLock deploy { Test-KvKey deploy/* } | Should -BeTrue
        Test-KvKey deploy/* | Should -BeFalse
    }

    It 'is given back when the script fails' {
        { Use-KvLock deploy { throw 'broken' } } | Should -Throw -ExpectedMessage 'broken'
        Lock-KvResource deploy -TimeoutSec 5 | Unlock-KvResource
    }
}

Describe 'An election' {
    It 'has the leader who won it, until he steps back' {
        { Get-KvElection boss } | Should -Throw -ErrorId 'KvElectionNotFound*'
        $candidacy = Enter-KvElection boss anna
        (Get-KvElection boss).Value | Should -Be 'anna'
        (Watch-KvElection boss -First 1).Value | Should -Be 'anna'
        $candidacy | Exit-KvElection
        { Get-KvElection boss } | Should -Throw -ErrorId 'KvElectionNotFound*'
    }
}
