# Installs the latest release on Windows the way its users do, and proves that what was installed runs. Has to work
# in Windows PowerShell 5.1 and in PowerShell 7. The release is at DYNAMIC_MCP_DOWNLOAD_BASE_URL, as by
# `bun scripts/release/serve.ts dist/release pwsh -NoProfile -File .ci/install-smoke.ps1`.
param([string]$Version = '', [string]$Target = '')

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest

if (-not $env:DYNAMIC_MCP_DOWNLOAD_BASE_URL) { throw 'DYNAMIC_MCP_DOWNLOAD_BASE_URL, the address of the release, is not set' }
Write-Output "PowerShell $($PSVersionTable.PSVersion) on $env:PROCESSOR_ARCHITECTURE"

# The program and its alias go here unless somebody says otherwise.
$folder = Join-Path $env:LOCALAPPDATA 'Programs\dynamic-mcp'
if (Test-Path $folder) { Remove-Item -Recurse -Force $folder }

# The installer is written for a session of a user's, which is not as strict as this one.
Set-StrictMode -Off
Invoke-RestMethod "$env:DYNAMIC_MCP_DOWNLOAD_BASE_URL/latest/download/install.ps1" | Invoke-Expression
Set-StrictMode -Version Latest

# Git's bash by its path: the `bash` in PATH can be that of the Windows Subsystem for Linux.
$bash = Join-Path $env:ProgramFiles 'Git\bin\bash.exe'
$smoke = (Join-Path $PSScriptRoot 'smoke') -replace '\\', '/'
foreach ($name in 'dynamic-mcp.exe', 'dmcp.exe') {
	$program = (Join-Path $folder $name) -replace '\\', '/'
	& $bash $smoke $program $Version $Target
	if ($LASTEXITCODE -ne 0) { throw "$program does not work: see above" }
}

$path = [Environment]::GetEnvironmentVariable('Path', 'User')
if (($path -split ';') -notcontains $folder) { throw "$folder is not in the user's PATH, which is $path" }
$receipt = Get-Content -Raw (Join-Path $HOME '.dynamic-mcp\install.json') | ConvertFrom-Json
if ($receipt.method -ne 'install.ps1') { throw "the receipt says that $($receipt.method) was the installer" }
Write-Output 'install-smoke: installed and run'
