# What a person finds out by asking.

BeforeAll { . "$PSScriptRoot/common.ps1" }

Describe 'The module' {
    It 'has help with examples for every command' {
        foreach ($command in Get-Command -Module Kv) {
            $help = Get-Help $command.Name
            "$($command.Name): $($help.Synopsis)" | Should -Not -Match ': \s*$'
            $help.Examples | Should -Not -BeNullOrEmpty
        }
    }

    It 'has a valid manifest' {
        (Test-ModuleManifest (Get-Module Kv).Path.Replace('Kv.dll', 'Kv.psd1')).Version | Should -Not -BeNullOrEmpty
    }
}
