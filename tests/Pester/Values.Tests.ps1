# Values: strings, bytes and objects come back as they were.

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $null = Start-SpecCluster
}

AfterAll { Stop-SpecCluster }

Describe 'A value' {
    It 'is a string: <Text>' -ForEach @(
        @{ Text = '' }
        @{ Text = 'plain' }
        @{ Text = "two`nlines" }
        @{ Text = '{"not":"parsed"}' }
        @{ Text = '  spaces  ' }
    ) {
        Set-KvKey text $Text
        (Get-KvKey text).Value | Should -BeExactly $Text
    }

    It 'is the bytes it was made of' {
        $bytes = [byte[]](0..255)
        Set-KvKey bytes $bytes
        (Get-KvKey bytes -AsByteStream).Value | Should -Be $bytes
        (Get-KvKey bytes).ValueSize | Should -Be 256
    }

    It 'survives a round trip as a string, even if it is none' {
        Set-KvKey binary ([byte[]](0, 255, 128, 10))
        Set-KvKey again (Get-KvKey binary).Value
        (Get-KvKey again -AsByteStream).Value | Should -Be ([byte[]](0, 255, 128, 10))
    }

    It 'is an object' {
        Set-KvKey object @{ name = 'anna'; ports = 1, 2; nested = @{ deep = $true } } -AsJson
        $value = (Get-KvKey object -AsJson).Value
        $value.name | Should -Be 'anna'
        $value.ports | Should -Be @(1, 2)
        $value.nested.deep | Should -BeTrue
    }

    It 'is not guessed from an object without -AsJson' {
        { Set-KvKey object @{ a = 1 } } | Should -Throw -ErrorId 'KvValueNotText*'
    }

    It 'is an error as JSON if it is none' {
        Set-KvKey nojson '{'
        { Get-KvKey nojson -AsJson } | Should -Throw -ErrorId 'KvValueNotJson*'
    }
}
