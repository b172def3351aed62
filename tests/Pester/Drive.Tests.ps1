# The drive: keys as items, in the words one uses for files.

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $null = Start-SpecCluster
    $null = Get-KvNode -Path $SpecCluster | Connect-KvCluster -Drive kvspec -Prefix app/
    Set-KvKey app/jobs/1 one
    Set-KvKey app/jobs/2 two
    Set-KvKey app/jobs/old/3 three
    Set-KvKey other hidden
}

AfterAll { Stop-SpecCluster }

Describe 'The drive' {
    It 'lists keys and folders' {
        (Get-ChildItem kvspec:/jobs).Key | Should -Be @('app/jobs/1', 'app/jobs/2')
        (Get-ChildItem kvspec:/).Name | Should -Be 'jobs'
        (Get-ChildItem kvspec:/jobs -Recurse).Key | Should -Be @('app/jobs/1', 'app/jobs/2', 'app/jobs/old/3')
    }

    It 'shows nothing outside of its prefix' {
        Test-Path kvspec:/other | Should -BeFalse
        Test-Path kvspec:/jobs/1 | Should -BeTrue
    }

    It 'reads and writes values' {
        Get-Content kvspec:/jobs/1 | Should -Be 'one'
        Set-Content kvspec:/jobs/1 'uno'
        (Get-KvKey app/jobs/1).Value | Should -Be 'uno'
        (Get-Item kvspec:/jobs/1).Version | Should -Be 2
    }

    It 'makes, renames, copies, moves and removes items' {
        (New-Item kvspec:/made -Value fresh).Value | Should -Be 'fresh'
        Rename-Item kvspec:/made renamed
        Copy-Item kvspec:/renamed kvspec:/copy
        Move-Item kvspec:/copy kvspec:/jobs
        Get-Content kvspec:/jobs/copy | Should -Be 'fresh'
        Remove-Item kvspec:/jobs -Recurse
        Test-Path kvspec:/jobs | Should -BeFalse
        Get-KvKey app/ -Prefix -CountOnly | Should -Be 1
    }
}
