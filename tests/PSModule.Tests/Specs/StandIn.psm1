# What pwsh has and the bare engine has not, for the specs of the drive: each a call of the engine's own way to
# a provider. There is nothing here that a spec could pass by.

function Get-Item([string] $Path, [string] $LiteralPath) {
    if ($LiteralPath) { $ExecutionContext.InvokeProvider.Item.Get(@($LiteralPath), $true, $true) } else { $ExecutionContext.InvokeProvider.Item.Get($Path) }
}
function Get-ChildItem([string] $Path, [switch] $Recurse) { $ExecutionContext.InvokeProvider.ChildItem.Get($Path, $Recurse) }
function New-Item([string] $Path, $Value) { $ExecutionContext.InvokeProvider.Item.New($Path, $null, $null, $Value) }
function Set-Item([string] $Path, $Value) { $null = $ExecutionContext.InvokeProvider.Item.Set($Path, $Value) }
function Test-Path([string] $Path) { $ExecutionContext.InvokeProvider.Item.Exists($Path) }
function Remove-Item([string] $Path, [switch] $Recurse) { $ExecutionContext.InvokeProvider.Item.Remove($Path, $Recurse) }
function Rename-Item([string] $Path, [string] $NewName) { $null = $ExecutionContext.InvokeProvider.Item.Rename($Path, $NewName) }
function Copy-Item([string] $Path, [string] $Destination, [switch] $Recurse) { $null = $ExecutionContext.InvokeProvider.Item.Copy($Path, $Destination, $Recurse, 'CopyTargetContainer') }
function Move-Item([string] $Path, [string] $Destination) { $null = $ExecutionContext.InvokeProvider.Item.Move($Path, $Destination) }
function Get-Content([string] $Path) {
    $reader = $ExecutionContext.InvokeProvider.Content.GetReader($Path)[0]
    try { $reader.Read(0) } finally { $reader.Close() }
}
function Set-Content([string] $Path, $Value) {
    $writer = $ExecutionContext.InvokeProvider.Content.GetWriter($Path)[0]
    try { $null = $writer.Write(@($Value)) } finally { $writer.Close() }
}
