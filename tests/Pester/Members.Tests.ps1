# Members: listed, added as learners, promoted, removed; who leads.

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $null = Start-SpecCluster -Count 3
}

AfterAll { Stop-SpecCluster }

Describe 'Members' {
    It 'are listed with one leader' {
        (Get-KvMember).Count | Should -Be 3
        (Get-KvMember | Where-Object IsLeader).Name | Should -Match '^spec-n[123]$'
        (Get-KvMember spec-n1).Status | Should -Be 'Online'
        { Get-KvMember nobody } | Should -Throw -ErrorId 'KvMemberNotFound*'
    }

    It 'pass the lead on' {
        $follower = (Get-KvMember | Where-Object { -not $_.IsLeader })[0]
        $follower | Move-KvLeader -Confirm:$false
        (Get-KvMember $follower.Name).IsLeader | Should -BeTrue
    }

    It 'join as learners, are promoted, and are removed' {
        Get-KvNode spec-n1 -Path $SpecCluster | Add-KvClusterNode -Learner | Start-KvNode
        (Get-KvMember | Where-Object IsLearner).Name | Should -Be 'spec-n4'
        Wait-Spec { try { Set-KvMember spec-n4 -Promote; $true } catch { $false } }
        (Get-KvMember spec-n4).IsLearner | Should -BeFalse
        Wait-Spec { try { Remove-KvMember spec-n4 -Confirm:$false; $true } catch { $false } }
        (Get-KvMember).Name | Should -Not -Contain 'spec-n4'
    }

    It 'are not added with -WhatIf' {
        Add-KvMember http://127.0.0.1:1 -WhatIf
        (Get-KvMember).Count | Should -Be 3
    }
}
