# Keys: read, written, counted, guarded, copied, removed.

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $null = Start-SpecCluster
}

AfterAll { Stop-SpecCluster }

Describe 'Set-KvKey' {
    It 'is silent, and with -PassThru emits the row' {
        Set-KvKey quiet 1 | Should -BeNullOrEmpty
        $row = Set-KvKey quiet 2 -PassThru
        $row.Value | Should -Be '2'
        $row.Version | Should -Be 2
        $row.ModRevision | Should -BeGreaterThan $row.CreateRevision
    }

    It 'takes objects with Key and Value' {
        [pscustomobject]@{ Key = 'piped/a'; Value = '1' }, [pscustomobject]@{ Key = 'piped/b'; Value = '2' } | Set-KvKey
        (Get-KvKey piped/ -Prefix).Value | Should -Be @('1', '2')
    }

    It 'takes many at once with -Batch' {
        1..500 | ForEach-Object { [pscustomobject]@{ Key = "batch/$_"; Value = $_ } } | Set-KvKey -Batch 100
        Get-KvKey batch/ -Prefix -CountOnly | Should -Be 500
    }

    It 'writes only if the key is absent' {
        Set-KvKey once 1 -IfAbsent
        { Set-KvKey once 2 -IfAbsent } | Should -Throw -ErrorId 'KvConflict*'
        (Get-KvKey once).Value | Should -Be '1'
    }

    It 'writes only if the key is as it was read' {
        $row = Set-KvKey guarded 1 -PassThru
        Set-KvKey guarded 2
        { Set-KvKey guarded 3 -IfModRevision $row.ModRevision } | Should -Throw -ErrorId 'KvConflict*'
        (Get-KvKey guarded).Value | Should -Be '2'
    }

    It 'writes nothing with -WhatIf' {
        Set-KvKey imagined 1 -WhatIf
        Test-KvKey imagined | Should -BeFalse
    }
}

Describe 'Get-KvKey' {
    BeforeAll {
        'n/1', 'n/2', 'n/10', 'N/1', 'n/[x]' | ForEach-Object { Set-KvKey $_ "value of $_" }
    }

    It 'reads <Case>' -ForEach @(
        @{ Case = 'a key'; Arguments = @{ Key = 'n/1' }; Expected = @('n/1') }
        @{ Case = 'wildcards, and case counts'; Arguments = @{ Key = 'n/?' }; Expected = @('n/1', 'n/2') }
        @{ Case = 'a prefix'; Arguments = @{ Key = 'n/1'; Prefix = $true }; Expected = @('n/1', 'n/10') }
        @{ Case = 'a literal key'; Arguments = @{ LiteralKey = 'n/[x]' }; Expected = @('n/[x]') }
        @{ Case = 'an interval'; Arguments = @{ From = 'n/10'; To = 'n/[' }; Expected = @('n/10', 'n/2') }
        @{ Case = 'the first ones'; Arguments = @{ Key = 'n/'; Prefix = $true; First = 2 }; Expected = @('n/1', 'n/10') }
        @{ Case = 'from high to low'; Arguments = @{ Key = 'n/1'; Prefix = $true; Descending = $true }; Expected = @('n/10', 'n/1') }
    ) {
        (Get-KvKey @Arguments).Key | Should -Be $Expected
    }

    It 'counts' {
        Get-KvKey n/ -Prefix -CountOnly | Should -Be 4
    }

    It 'leaves values out' {
        (Get-KvKey n/1 -KeysOnly).Value | Should -Be $null
    }

    It 'calls a key that is named and absent an error, and a selection without a hit none' {
        { Get-KvKey nothing } | Should -Throw -ErrorId 'KvKeyNotFound*'
        Get-KvKey nothing* | Should -BeNullOrEmpty
        Get-KvKey nothing -Prefix | Should -BeNullOrEmpty
    }

    It 'feeds other cmdlets' {
        Get-KvKey n/1 | Copy-KvKey -Destination copied
        (Get-KvKey copied).Value | Should -Be 'value of n/1'
    }
}

Describe 'Copy-, Rename- and Remove-KvKey' {
    It 'copy and rename, and replace nothing unasked' {
        Set-KvKey from 1
        Copy-KvKey from to
        Rename-KvKey to other
        Test-KvKey to | Should -BeFalse
        (Get-KvKey other).Value | Should -Be '1'
        { Copy-KvKey from other } | Should -Throw -ErrorId 'KvConflict*'
        Copy-KvKey from other -Force
    }

    It 'remove by prefix when told so, and nothing with -WhatIf' {
        1..10 | ForEach-Object { Set-KvKey "gone/$_" x }
        Remove-KvKey gone/ -Prefix -Force -WhatIf
        Get-KvKey gone/ -Prefix -CountOnly | Should -Be 10
        Remove-KvKey gone/ -Prefix -Force
        Get-KvKey gone/ -Prefix -CountOnly | Should -Be 0
    }

    It 'say what was removed' {
        Set-KvKey last words
        (Remove-KvKey last -PassThru).Value | Should -Be 'words'
    }
}
