# Clusters that find themselves under a token.

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $connection = Start-SpecCluster
    $folder = New-SpecFolder
}

AfterAll {
    Remove-KvCluster -Path "$folder/found" -Force -Confirm:$false
    [System.IO.Directory]::Delete($folder, $true)
    Stop-SpecCluster
}

Describe 'A discovery token' {
    It 'brings nodes together' {
        $token = New-KvDiscoveryToken 2 -Registry $connection.Endpoint[0]
        $nodes = New-KvCluster found -Count 2 -Path "$folder/found" -Discovery $token.Url -WarningAction SilentlyContinue
        $nodes | Start-KvNode
        ($nodes | Wait-KvCluster).Online | Should -Be 2
        (Get-KvDiscovery $token.Url).Member.Count | Should -Be 2
    }

    It 'that is not known is an error' {
        { Get-KvDiscovery "$($connection.Endpoint[0])/nothing" } | Should -Throw -ErrorId 'KvDiscoveryTokenNotFound*'
    }
}
