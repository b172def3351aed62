# Local clusters: made, started, seen, crashed, grown, restarted, with TLS, removed.

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $folder = New-SpecFolder
}

AfterAll {
    Get-KvConnection | Disconnect-KvCluster
    foreach ($path in [System.IO.Directory]::GetDirectories($folder)) {
        if ([System.IO.File]::Exists("$path/cluster.json")) { Remove-KvCluster -Path $path -Force -Confirm:$false }
    }
    [System.IO.Directory]::Delete($folder, $true)
}

Describe 'A local cluster' {
    It 'is planned, and nothing is made with -WhatIf' {
        New-KvCluster -Count 3 -Path "$folder/plan" -WhatIf
        [System.IO.Directory]::Exists("$folder/plan") | Should -BeFalse
    }

    It 'goes from nothing to healthy in one line' {
        $status = New-KvCluster mine -Count 3 -Path "$folder/mine" | Start-KvNode -PassThru | Wait-KvCluster
        $status.Health | Should -Be 'Healthy'
        (Get-KvNode -Path "$folder/mine").State | Should -Be @('Running', 'Running', 'Running')
    }

    It 'shows a node that crashed, and starts it again' {
        $node = Get-KvNode mine-n2 -Path "$folder/mine"
        [System.Diagnostics.Process]::GetProcessById($node.Pid).Kill()
        Wait-Spec { (Get-KvNode mine-n2 -Path "$folder/mine").State -eq 'Crashed' }
        $node | Start-KvNode
        (Get-KvNode mine-n2 -Path "$folder/mine").State | Should -Be 'Running'
    }

    It 'is restarted node by node' {
        $before = (Get-KvNode -Path "$folder/mine").Pid
        Get-KvNode -Path "$folder/mine" | Restart-KvNode
        (Get-KvNode -Path "$folder/mine").Pid | Should -Not -Be $before
    }

    It 'grows' {
        Get-KvNode -Path "$folder/mine" | Add-KvClusterNode | Start-KvNode
        (Get-KvNode -Path "$folder/mine" | Wait-KvCluster).Online | Should -Be 4
    }

    It 'is not removed while it runs, and leaves nothing behind' {
        { Remove-KvCluster -Path "$folder/mine" -Confirm:$false } | Should -Throw -ErrorId 'KvNodeRunning*'
        Get-KvNode -Path "$folder/mine" | Stop-KvNode
        Remove-KvCluster -Path "$folder/mine" -Confirm:$false
        [System.IO.Directory]::Exists("$folder/mine") | Should -BeFalse
    }
}

Describe 'A cluster with TLS' {
    It 'is made with certificates of its own' {
        $nodes = New-KvCluster safe -Count 1 -Tls -Path "$folder/safe"
        $nodes | Start-KvNode
        $connection = $nodes | Connect-KvCluster
        $connection.Endpoint[0] | Should -Match '^https://'
        Set-KvKey k v
        (Get-KvKey k).Value | Should -Be 'v'
    }

    It 'has certificates that can be made one by one' {
        (New-KvCertificate "$folder/ca.crt" -Authority).IsAuthority | Should -BeTrue
        $made = New-KvCertificate "$folder/node.crt" -SignedBy "$folder/ca.crt" -HostName localhost
        $made.Issuer | Should -Be 'CN=ca'
        { New-KvCertificate "$folder/node.crt" } | Should -Throw -ErrorId 'KvCertificateNotMade*'
    }
}

Describe 'A cluster of hosts' {
    It 'is written as files to carry there' {
        $plans = New-KvCluster prod -HostName one, two, three -Path "$folder/prod"
        $plans.HostName | Should -Be @('one', 'two', 'three')
        [System.IO.File]::Exists($plans[0].ShellScript) | Should -BeTrue
    }
}
