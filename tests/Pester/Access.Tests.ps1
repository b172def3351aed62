# Users, roles and what they may do.

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $connection = Start-SpecCluster

    function New-SpecPassword([string] $Text) {
        $password = [securestring]::new()
        foreach ($letter in $Text.ToCharArray()) { $password.AppendChar($letter) }
        $password
    }

    function Connect-Spec([string] $Name, [string] $Password) {
        Connect-KvCluster $connection.Endpoint -Credential ([pscredential]::new($Name, (New-SpecPassword $Password))) -NoDefault
    }
}

AfterAll {
    $root = Connect-Spec root toor
    Disable-KvAuthentication -Connection $root -Confirm:$false
    Stop-SpecCluster
}

Describe 'Authentication' {
    BeforeAll {
        New-KvUser root (New-SpecPassword toor)
        Grant-KvRole root root
        New-KvUser anna (New-SpecPassword secret)
        New-KvRole reader
        Grant-KvPermission reader docs/ Read -Prefix
        Grant-KvRole reader anna
        Set-KvKey docs/a 1
        Set-KvKey other 1
        Enable-KvAuthentication -Confirm:$false
    }

    It 'keeps out who is not logged in' {
        { Get-KvKey docs/a } | Should -Throw -ErrorId 'KvAuthFailed*'
        { Connect-Spec anna wrong } | Should -Throw -ErrorId 'KvAuthFailed*'
    }

    It 'lets users do what their roles may, and no more' {
        $anna = Connect-Spec anna secret
        (Get-KvKey docs/a -Connection $anna).Value | Should -Be '1'
        { Set-KvKey docs/a 2 -Connection $anna } | Should -Throw -ErrorId 'KvPermissionDenied*'
        { Get-KvKey other -Connection $anna } | Should -Throw -ErrorId 'KvPermissionDenied*'
        Disconnect-KvCluster $anna
    }

    It 'is looked after by root' {
        $root = Connect-Spec root toor
        (Get-KvUser anna -Connection $root).Role | Should -Be 'reader'
        (Get-KvRole reader -Connection $root).Permission.Count | Should -Be 1
        Set-KvUser anna (New-SpecPassword changed) -Connection $root
        { Connect-Spec anna secret } | Should -Throw -ErrorId 'KvAuthFailed*'
        Revoke-KvRole reader anna -Connection $root
        Remove-KvUser anna -Connection $root -Confirm:$false
        { Get-KvUser anna -Connection $root } | Should -Throw -ErrorId 'KvUserNotFound*'
        Disconnect-KvCluster $root
    }
}
