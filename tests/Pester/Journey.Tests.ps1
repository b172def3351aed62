# The main journey in a real pwsh: a cluster on this machine, keys, a watch, members, and the end.
# Needs Pester 5 or later, and the module and kvnode in artifacts (scripts/build.ps1 makes both).


BeforeAll {
    $env:KV_CLUSTER_HOME = Join-Path ([System.IO.Path]::GetTempPath()) "kv-pester-$([guid]::NewGuid().ToString('N'))"
    Import-Module (Join-Path $PSScriptRoot '../../artifacts/Kv/Kv.psd1') -Force
    New-KvCluster -Count 3 | Start-KvNode
    $connection = Connect-KvCluster
}

AfterAll {
    Get-KvNode | Stop-KvNode
    Disconnect-KvCluster
    Remove-Item $env:KV_CLUSTER_HOME -Recurse -Force
    Remove-Item Env:KV_CLUSTER_HOME
}

Describe 'A new cluster' -Tag Integration {
    It 'has three running nodes' {
        (Get-KvNode | Where-Object State -EQ Running | Measure-Object).Count | Should -Be 3
    }

    It 'is what Connect-KvCluster finds without arguments' {
        $connection.Endpoint.Count | Should -Be 3
    }

    It 'has one leader' {
        (Get-KvMember | Where-Object IsLeader | Measure-Object).Count | Should -Be 1
    }
}

Describe 'Keys' -Tag Integration {
    It 'are written in a loop and counted' {
        1..100 | ForEach-Object { Set-KvKey "job/$_" "v$_" }
        (Get-KvKey job/ -Prefix | Measure-Object).Count | Should -Be 100
    }

    It 'are written from objects with Key and Value' {
        [pscustomobject]@{ Key = 'piped/a'; Value = '1' }, [pscustomobject]@{ Key = 'piped/b'; Value = '2' } | Set-KvKey
        (Get-KvKey piped/ -Prefix).Value | Should -Be @('1', '2')
    }

    It 'come back as the bytes they were' {
        $bytes = [byte[]](0..255)
        Set-KvKey binary $bytes
        (Get-KvKey binary -AsByteStream).Value | Should -Be $bytes
    }

    It 'are guarded by their revision' {
        $row = Set-KvKey guarded 1 -PassThru
        Set-KvKey guarded 2
        { Set-KvKey guarded 3 -IfModRevision $row.ModRevision -ErrorAction Stop } | Should -Throw -ErrorId 'KvConflict*'
    }

    It 'stay with -WhatIf' {
        Remove-KvKey job/ -Prefix -Force -WhatIf
        Get-KvKey job/ -Prefix -CountOnly | Should -Be 100
    }

    It 'are an error if named and absent' {
        { Get-KvKey nothing -ErrorAction Stop } | Should -Throw -ErrorId 'KvKeyNotFound*'
    }
}

Describe 'A watch' -Tag Integration {
    It 'ends early without trouble' {
        $revision = (Set-KvKey watched 1 -PassThru).ModRevision
        Set-KvKey watched 2
        $changes = Watch-KvKey watched -FromRevision $revision | Select-Object -First 2
        $changes.Value | Should -Be @('1', '2')
    }
}

Describe 'The loss of a node' -Tag Integration, Slow {
    It 'stops neither reads nor writes' {
        $leader = (Get-KvMember | Where-Object IsLeader).Name
        Stop-KvNode $leader -Force
        $deadline = [datetime]::UtcNow.AddSeconds(10)
        do {
            Set-KvKey survived yes -ErrorAction SilentlyContinue -ErrorVariable failure -WarningAction SilentlyContinue
        } while ($failure -and [datetime]::UtcNow -lt $deadline)
        (Get-KvKey survived -WarningAction SilentlyContinue).Value | Should -Be 'yes'
        Start-KvNode $leader
        (Get-KvNode $leader).State | Should -Be 'Running'
    }
}
