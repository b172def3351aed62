# Backups of everything, and of some keys.

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $null = Start-SpecCluster
    $folder = New-SpecFolder
    1..20 | ForEach-Object { Set-KvKey "b/$_" "v$_" }
}

AfterAll {
    Stop-SpecCluster
    [System.IO.Directory]::Delete($folder, $true)
}

Describe 'A snapshot' {
    It 'is saved, shown and restored as a new cluster' {
        $saved = Save-KvSnapshot "$folder/b.db"
        $saved.Name | Should -Be 'b.db'
        $shown = $saved | Get-KvSnapshot
        $shown.Revision | Should -Be 21
        $shown.HexHash | Should -Match '^[0-9a-f]+$'
        $nodes = New-KvCluster restored -Count 1 -Path "$folder/restored"
        $nodes | Restore-KvSnapshot "$folder/b.db" -Confirm:$false
        $nodes | Start-KvNode
        $other = $nodes | Connect-KvCluster -NoDefault
        Get-KvKey b/ -Prefix -CountOnly -Connection $other | Should -Be 20
        Disconnect-KvCluster $other
        Remove-KvCluster -Path "$folder/restored" -Force -Confirm:$false
    }

    It 'replaces no file unasked' {
        [System.IO.File]::WriteAllText("$folder/there.db", 'precious')
        { Save-KvSnapshot "$folder/there.db" } | Should -Throw -ErrorId 'KvFileFailed*'
        [System.IO.File]::ReadAllText("$folder/there.db") | Should -Be 'precious'
    }

    It 'that is damaged is an error' {
        [System.IO.File]::WriteAllText("$folder/bad.db", 'no snapshot')
        { Get-KvSnapshot "$folder/bad.db" } | Should -Throw -ErrorId 'KvSnapshotInvalid*'
    }
}

Describe 'An export' {
    It 'takes keys to a file and back' {
        (Export-KvKey "$folder/b.jsonl" -Prefix b/).Count | Should -Be 20
        Remove-KvKey b/ -Prefix -Force
        Import-KvKey "$folder/b.jsonl" | Out-Null
        (Get-KvKey b/7).Value | Should -Be 'v7'
        Get-KvKey b/ -Prefix -CountOnly | Should -Be 20
    }
}
