# Connections: several at once, the default one, failures with names.

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $connection = Start-SpecCluster -Count 3
}

AfterAll { Stop-SpecCluster }

Describe 'A connection' {
    It 'knows its endpoints and its cluster' {
        $connection.Endpoint.Count | Should -Be 3
        $connection.HexClusterId | Should -Match '^[0-9a-f]+$'
        $connection.IsOpen | Should -BeTrue
    }

    It 'is the default one, and others can be used beside it' {
        $other = Connect-KvCluster $connection.Endpoint[1] -NoDefault
        Set-KvKey beside 1 -Connection $other
        (Get-KvKey beside).Value | Should -Be '1'
        (Get-KvConnection).Count | Should -Be 2
        Disconnect-KvCluster $other
        (Get-KvConnection).Id | Should -Be $connection.Id
    }

    It 'cannot be used once it is closed' {
        $other = Connect-KvCluster $connection.Endpoint[0] -NoDefault
        Disconnect-KvCluster $other
        { Get-KvKey x -Connection $other } | Should -Throw -ErrorId 'KvNotConnected*'
    }

    It 'is made with all members by asking one' {
        $other = Connect-KvCluster $connection.Endpoint[0] -DiscoverMember -NoDefault
        $other.Endpoint.Count | Should -Be 3
        Disconnect-KvCluster $other
    }

    It 'is tested without an error' {
        Test-KvConnection | Should -BeTrue
    }

    It 'is refused where nobody listens' {
        { Connect-KvCluster 127.0.0.1:1 } | Should -Throw -ErrorId 'KvEndpointUnavailable*'
    }

    It 'is refused for what is no endpoint' {
        { Connect-KvCluster 'ftp://example' } | Should -Throw -ErrorId 'KvEndpointInvalid*'
    }

    It 'goes on at another endpoint when one is gone' {
        $node = (Get-KvNode -Path $SpecCluster)[0]
        $node | Stop-KvNode -Force
        Wait-Spec { try { Set-KvKey moved 1 -WarningAction SilentlyContinue; $true } catch { $false } }
        (Get-KvKey moved -WarningAction SilentlyContinue).Value | Should -Be '1'
        $node | Start-KvNode
    }
}
