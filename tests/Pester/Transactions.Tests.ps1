# Transactions: conditions, both branches, and etcdctl's text.

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $null = Start-SpecCluster
}

AfterAll { Stop-SpecCluster }

Describe 'Invoke-KvTransaction' {
    BeforeEach { Set-KvKey t/state open }

    It 'does one branch if the conditions hold' {
        $result = Invoke-KvTransaction -If (New-KvCompare t/state -Value open) -Then (New-KvOperation Put t/state closed), (New-KvOperation Put t/by anna)
        $result.Succeeded | Should -BeTrue
        (Get-KvKey t/state).Value | Should -Be 'closed'
        (Get-KvKey t/by).ModRevision | Should -Be (Get-KvKey t/state).ModRevision
    }

    It 'does the other if they do not' {
        $result = Invoke-KvTransaction -If (New-KvCompare t/state -Value closed) -Then (New-KvOperation Put t/state x) -Else (New-KvOperation Get t/state)
        $result.Succeeded | Should -BeFalse
        $result.Result[0].Row[0].Value | Should -Be 'open'
        (Get-KvKey t/state).Value | Should -Be 'open'
    }

    It 'takes what etcdctl txn takes' {
        $text = "value(`"t/state`") = `"open`"`n`nput t/state shut`n`nget t/state`n"
        (Invoke-KvTransaction -Text $text).Succeeded | Should -BeTrue
        (Get-KvKey t/state).Value | Should -Be 'shut'
    }

    It 'does nothing with -WhatIf' {
        Invoke-KvTransaction -Then (New-KvOperation Put t/state never) -WhatIf
        (Get-KvKey t/state).Value | Should -Be 'open'
    }
}
