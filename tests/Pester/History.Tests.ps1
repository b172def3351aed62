# The past: revisions, times, differences, compaction.

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $null = Start-SpecCluster
}

AfterAll { Stop-SpecCluster }

Describe 'The past' {
    BeforeAll {
        $first = (Set-KvKey h/a 1 -PassThru).ModRevision
        Set-KvKey h/a 2
        Set-KvKey h/b x
        Remove-KvKey h/b
        $last = (Set-KvKey h/c new -PassThru).ModRevision
    }

    It 'is read at a revision' {
        (Get-KvKey h/a -Revision $first).Value | Should -Be '1'
        Get-KvKey h/ -Prefix -CountOnly -Revision ($last - 1) | Should -Be 1
    }

    It 'is the history of a key, also of one that is gone' {
        (Get-KvKeyHistory h/a).Value | Should -Be @('1', '2')
        (Get-KvKeyHistory h/b).Type | Should -Be @('Put', 'Delete')
    }

    It 'is what changed between two revisions' {
        Compare-KvRevision $first $last -Prefix h/ | ForEach-Object { "$_" } | Should -Be @('Changed h/a', 'Added h/c')
    }

    It 'is read at a time' {
        Wait-Spec { try { $script:then = [datetime]::Now; (Get-KvKey h/c -AsOf $then).Value -eq 'new' } catch { $false } }
        Set-KvKey h/c newer
        (Get-KvKey h/c -AsOf $then).Value | Should -Be 'new'
        { Get-KvKey h/c -AsOf $then.AddYears(-1) } | Should -Throw -ErrorId 'KvTimeUnknown*'
    }

    It 'ends where it is compacted' {
        Compress-KvHistory $last -Confirm:$false
        { Get-KvKey h/a -Revision $first } | Should -Throw -ErrorId 'KvRevisionCompacted*'
        { Get-KvKey h/a -Revision 1000000 } | Should -Throw -ErrorId 'KvRevisionFuture*'
    }
}
