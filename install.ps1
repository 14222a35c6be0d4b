# Installs dynamic-mcp on Windows, in Windows PowerShell 5.1 and in PowerShell 7:
#
#   irm https://github.com/asyrjasalo/dynamic-mcp/releases/latest/download/install.ps1 | iex
#
# With options: & ([scriptblock]::Create((irm <the same address>))) -Version 2.0.0
#
#   -Version X        this version instead of the latest (DYNAMIC_MCP_VERSION)
#   -InstallDir DIR   where the program goes (DYNAMIC_MCP_INSTALL_DIR, else XDG_BIN_HOME,
#                     else %LOCALAPPDATA%\Programs\dynamic-mcp)
#   -NoModifyPath     leave the user's PATH as it is (DYNAMIC_MCP_NO_MODIFY_PATH=1)
#   -Force            install again even when this version is there
#   -Uninstall        remove the program, its alias, its folder from PATH and its receipt; the config stays
#
# More environment variables: DYNAMIC_MCP_DOWNLOAD_BASE_URL (a mirror of the releases), DYNAMIC_MCP_SKIP_VERIFY=1
# (no checksums; not recommended). All is in one block, so that a script that arrived cut short does nothing, and
# nothing of it stays in the session.
param(
	[string]$Version = '',
	[string]$InstallDir = '',
	[switch]$NoModifyPath,
	[switch]$Force,
	[switch]$Uninstall
)

& {
	function Test-On([string]$Value) {
		return ($Value -ne '') -and (@('0', 'false', 'no') -notcontains $Value)
	}

	# Whoever downloads over plain http has said so in the address.
	function Get-BaseUrl {
		$base = "$env:DYNAMIC_MCP_DOWNLOAD_BASE_URL".TrimEnd('/')
		if ($base -eq '') { return 'https://github.com/asyrjasalo/dynamic-mcp/releases' }
		if ($base -notmatch '^https?://[^\s"''`]+$') {
			throw "DYNAMIC_MCP_DOWNLOAD_BASE_URL is '$(Hide-Password $base)': it has to be an address that begins with https:// (or http://)"
		}
		return $base
	}

	function Hide-Password([string]$Address) {
		return $Address -replace '//[^/]*@', '//***@'
	}

	# Without a leading v; nothing else may go into an address.
	function Resolve-VersionText([string]$Text, [string]$What) {
		if ($Text -notmatch '\Av?[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.+-]+)?\z') {
			throw "'$Text' is not a version: $What is like 2.0.0, or latest"
		}
		return $Text -replace '^v', ''
	}

	# The version that the address of the latest release leads to.
	function Get-LatestVersion([string]$Base) {
		$address = "$Base/latest"
		for ($hop = 0; $hop -lt 5; $hop++) {
			$request = [Net.WebRequest]::Create($address)
			$request.Method = 'HEAD'
			$request.AllowAutoRedirect = $false
			$request.Timeout = 60000
			$request.UserAgent = 'dynamic-mcp-installer'
			try {
				$response = $request.GetResponse()
			} catch {
				throw "could not ask $(Hide-Password $Base)/latest for the latest version: $($_.Exception.Message). Check the network, or name one with -Version"
			}
			$location = $response.Headers['Location']
			$response.Close()
			if (-not $location) { break }
			$address = (New-Object Uri((New-Object Uri($address)), $location)).AbsoluteUri
			if ($address -match '/tag/([^/?#]+)$') {
				return Resolve-VersionText $Matches[1] "the release that $(Hide-Password $Base)/latest leads to"
			}
		}
		throw "$(Hide-Password $Base)/latest does not lead to a release: name a version with -Version"
	}

	function Get-Target {
		if (-not [Environment]::Is64BitOperatingSystem) { throw 'there is no build for 32-bit Windows' }
		# PROCESSOR_ARCHITECTURE is what this process runs as, which may be 32-bit or emulated: the registry knows the machine.
		$key = 'HKLM:\SYSTEM\CurrentControlSet\Control\Session Manager\Environment'
		$machine = (Get-ItemProperty -Path $key -Name PROCESSOR_ARCHITECTURE).PROCESSOR_ARCHITECTURE
		switch ($machine) {
			'AMD64' { return 'windows-x86_64' }
			'ARM64' { return 'windows-aarch64' }
			default { throw "there is no build for Windows on $machine. You can build it yourself: see https://github.com/asyrjasalo/dynamic-mcp" }
		}
	}

	# curl.exe comes with Windows since 2018, and is many times faster than Invoke-WebRequest of PowerShell 5.1.
	function Save-Download([string]$Address, [string]$File) {
		$curl = Get-Command curl.exe -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
		if ($curl) {
			$protocols = '=https'
			if ($Address -like 'http://*') { $protocols = '=http,https' }
			# What a program writes to stderr is no error of ours: its exit code counts.
			$ErrorActionPreference = 'Continue'
			& $curl.Source --proto $protocols '--tlsv1.2' -fsSL --retry 3 --connect-timeout 15 -o $File $Address
			if ($LASTEXITCODE -eq 0) { return }
			$reason = "curl ended with exit code $LASTEXITCODE"
		} else {
			$ProgressPreference = 'SilentlyContinue'
			try {
				Invoke-WebRequest -UseBasicParsing -Uri $Address -OutFile $File
				return
			} catch {
				$reason = $_.Exception.Message
			}
		}
		throw "could not download $(Hide-Password $Address): $reason. Check the network and whether this version exists, then try again"
	}

	# Compares a file with the line for its name in the release's SHA256SUMS.
	function Test-Checksum([string]$File, [string]$Name, [string]$Sums) {
		$expected = ''
		foreach ($line in [IO.File]::ReadAllLines($Sums)) {
			if ($line -match '^([0-9A-Fa-f]{64}) [ *](.+)$' -and $Matches[2] -ceq $Name) { $expected = $Matches[1].ToLowerInvariant() }
		}
		if ($expected -eq '') { throw "SHA256SUMS of this version has no line for $Name, so it cannot be verified: nothing was installed" }
		$actual = (Get-FileHash -Algorithm SHA256 -LiteralPath $File).Hash.ToLowerInvariant()
		if ($actual -ne $expected) {
			throw "$Name is not what was released, so nothing was installed. Try again, and report it if it stays so.`n  expected SHA-256: $expected`n  found:            $actual"
		}
	}

	# The version a program says it has, its target and its exit code; no version where it does not run.
	function Get-ProgramVersion([string]$Program) {
		$found = @{ Version = ''; Target = ''; Code = $null }
		if (-not (Test-Path -LiteralPath $Program -PathType Leaf)) { return $found }
		# What a program writes to stderr is no error of ours.
		$ErrorActionPreference = 'Continue'
		try {
			$lines = @(& $Program --version 2>$null)
			$found.Code = $LASTEXITCODE
		} catch {
			return $found
		}
		if ($found.Code -eq 0 -and $lines.Count -gt 0 -and "$($lines[0])" -match '^dynamic-mcp (\S+) \(.* (\S+)\)$') {
			$found.Version = $Matches[1]
			$found.Target = $Matches[2]
		}
		return $found
	}

	# Runs the new program before anything is replaced; returns its target.
	function Test-NewProgram([string]$Program, [string]$Wanted) {
		$found = Get-ProgramVersion $Program
		if ($found.Version -eq $Wanted) { return $found.Target }
		if ($found.Version -ne '') { throw "the downloaded program says that it is version $($found.Version), not ${Wanted}: nothing was installed" }
		# 0xC000001D: an instruction that the processor does not know.
		if ($found.Code -eq -1073741795) { throw "this machine's processor is too old: dynamic-mcp needs SSE4.2. Nothing was installed" }
		# 0xC0000135, 0xC0000139: a missing system library, or a function of one.
		if (@(-1073741515, -1073741511) -contains $found.Code) { throw 'this Windows is too old: dynamic-mcp needs Windows 10 version 1809 or newer. Nothing was installed' }
		throw "the downloaded program does not run here (exit code $($found.Code)), so nothing was installed. A virus scanner may have stopped it"
	}

	# A running program can be renamed, but not replaced.
	function Move-IntoPlace([string]$From, [string]$To) {
		$old = "$To.old"
		if (Test-Path -LiteralPath $old) {
			Remove-Item -LiteralPath $old -Force -ErrorAction SilentlyContinue
			# That one is still running, too.
			if (Test-Path -LiteralPath $old) { $old = "$To.$([Guid]::NewGuid().ToString('N').Substring(0, 8)).old" }
		}
		$isReplaced = Test-Path -LiteralPath $To
		if ($isReplaced) { [IO.File]::Move($To, $old) }
		try {
			[IO.File]::Move($From, $To)
		} catch {
			if ($isReplaced) { [IO.File]::Move($old, $To) }
			throw
		}
		if ($isReplaced) { Remove-Item -LiteralPath $old -Force -ErrorAction SilentlyContinue }
	}

	# What earlier runs could not remove, as it was running.
	function Remove-OldPrograms([string]$Directory) {
		foreach ($name in 'dynamic-mcp.exe', 'dmcp.exe') {
			Get-ChildItem -LiteralPath $Directory -Filter "$name*.old" -ErrorAction SilentlyContinue |
				Remove-Item -Force -ErrorAction SilentlyContinue
		}
	}

	function Test-OurAlias([string]$Directory) {
		return (Get-ProgramVersion (Join-Path $Directory 'dmcp.exe')).Version -ne ''
	}

	# dmcp is also the name of the program that came before this one: what is not ours stays.
	function Install-Alias([string]$Directory, [string]$Work) {
		$alias = Join-Path $Directory 'dmcp.exe'
		if ((Test-Path -LiteralPath $alias) -and -not (Test-OurAlias $Directory)) {
			Write-Warning "$alias is another program, and was left as it is: use the name dynamic-mcp, or remove it and run this again"
			return
		}
		$program = Join-Path $Directory 'dynamic-mcp.exe'
		$new = Join-Path $Work 'dmcp.exe'
		try {
			try {
				New-Item -ItemType HardLink -Path $new -Value $program -ErrorAction Stop | Out-Null
			} catch {
				[IO.File]::Copy($program, $new, $true)
			}
			Move-IntoPlace $new $alias
		} catch {
			Write-Warning "could not make the alias ${alias}: $($_.Exception.Message). Use the name dynamic-mcp"
		}
	}

	function Get-ReceiptPath {
		$home_ = $env:USERPROFILE
		if (-not $home_) { $home_ = $HOME }
		return Join-Path $home_ '.dynamic-mcp\install.json'
	}

	# Only for the user, and there as a whole or not at all.
	function Write-Receipt($Fields) {
		$path = Get-ReceiptPath
		$new = "$path.$([Guid]::NewGuid().ToString('N')).new"
		try {
			[void][IO.Directory]::CreateDirectory((Split-Path -Parent $path))
			[IO.File]::WriteAllText($new, (ConvertTo-Json -Compress -InputObject $Fields) + "`n", (New-Object Text.UTF8Encoding $false))
			if (Test-Path -LiteralPath $path) { [IO.File]::Replace($new, $path, [NullString]::Value) } else { [IO.File]::Move($new, $path) }
		} catch {
			Remove-Item -LiteralPath $new -Force -ErrorAction SilentlyContinue
			Write-Warning "could not write ${path}: $($_.Exception.Message). dynamic-mcp upgrade will not know how this was installed"
		}
	}

	function Read-Receipt {
		$path = Get-ReceiptPath
		if (-not (Test-Path -LiteralPath $path)) { return $null }
		try {
			return ConvertFrom-Json ([IO.File]::ReadAllText($path))
		} catch {
			Write-Warning "$path is no receipt: $($_.Exception.Message)"
			return $null
		}
	}

	# The user's PATH as it is stored, with its %VARIABLES%: what .NET and setx hand out has them filled in.
	function Get-UserPath {
		$key = [Microsoft.Win32.Registry]::CurrentUser.OpenSubKey('Environment')
		if ($null -eq $key) { return '' }
		try {
			return [string]$key.GetValue('Path', '', [Microsoft.Win32.RegistryValueOptions]::DoNotExpandEnvironmentNames)
		} finally {
			$key.Close()
		}
	}

	function Set-UserPath([string]$Value) {
		$key = [Microsoft.Win32.Registry]::CurrentUser.CreateSubKey('Environment')
		try {
			# REG_EXPAND_SZ, as Windows makes it, unless somebody has made it another kind.
			$kind = [Microsoft.Win32.RegistryValueKind]::ExpandString
			if (@($key.GetValueNames()) -contains 'Path') { $kind = $key.GetValueKind('Path') }
			$key.SetValue('Path', $Value, $kind)
		} finally {
			$key.Close()
		}
		Send-EnvironmentChange
	}

	# Tells running programs, so that consoles opened from now on have the new PATH.
	function Send-EnvironmentChange {
		try {
			if (-not ('DynamicMcp.Native' -as [type])) {
				Add-Type -Namespace DynamicMcp -Name Native -MemberDefinition @'
[DllImport("user32.dll", SetLastError = true, CharSet = CharSet.Auto)]
public static extern IntPtr SendMessageTimeout(IntPtr hWnd, uint Msg, UIntPtr wParam, string lParam, uint fuFlags, uint uTimeout, out UIntPtr lpdwResult);
'@
			}
			$result = [UIntPtr]::Zero
			# HWND_BROADCAST, WM_SETTINGCHANGE, SMTO_ABORTIFHUNG.
			[void][DynamicMcp.Native]::SendMessageTimeout([IntPtr]0xffff, 0x1a, [UIntPtr]::Zero, 'Environment', 2, 5000, [ref]$result)
		} catch {
			Write-Warning 'running programs could not be told of the new PATH: sign in anew to have it everywhere'
		}
	}

	function Test-SameFolder([string]$Entry, [string]$Directory) {
		return [Environment]::ExpandEnvironmentVariables($Entry).TrimEnd('\', '/') -eq $Directory
	}

	function Add-ToPath([string]$Directory) {
		if (-not (@($env:Path -split ';') | Where-Object { Test-SameFolder $_ $Directory })) { $env:Path = "$Directory;$env:Path" }
		if ($env:GITHUB_PATH) { [IO.File]::AppendAllText($env:GITHUB_PATH, "$Directory`n") }
		$entries = @((Get-UserPath) -split ';' | Where-Object { $_ -ne '' })
		if ($entries | Where-Object { Test-SameFolder $_ $Directory }) { return }
		Set-UserPath ((@($Directory) + $entries) -join ';')
		Write-Output "New consoles have $Directory on PATH"
	}

	function Remove-FromPath([string]$Directory) {
		$entries = @((Get-UserPath) -split ';')
		$kept = @($entries | Where-Object { -not (Test-SameFolder $_ $Directory) })
		if ($kept.Count -eq $entries.Count) { return }
		Set-UserPath ($kept -join ';')
		Write-Output "Removed $Directory from PATH"
	}

	function Write-OtherPrograms([string]$Directory) {
		foreach ($name in 'dynamic-mcp', 'dmcp') {
			$other = Get-Command $name -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
			if ($other -and -not (Test-SameFolder (Split-Path -Parent $other.Source) $Directory)) {
				Write-Warning "the command $name is $($other.Source) on your PATH, not the one just installed, $Directory\$name.exe"
			}
		}
	}

	function Get-InstallDirectory([string]$Wanted) {
		foreach ($candidate in $Wanted, $env:DYNAMIC_MCP_INSTALL_DIR, $env:XDG_BIN_HOME) {
			if ($candidate) {
				$path = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($candidate).TrimEnd('\', '/')
				if ($path -match ';') { throw "the install directory '$path' cannot be on PATH: name one without ';'" }
				return $path
			}
		}
		if (-not $env:LOCALAPPDATA) { throw 'LOCALAPPDATA is not set: name the install directory with -InstallDir' }
		return Join-Path $env:LOCALAPPDATA 'Programs\dynamic-mcp'
	}

	function Write-NextStep([string]$Program) {
		Write-Output ''
		Write-Output "Next: list your MCP servers in $(Join-Path (Split-Path -Parent (Get-ReceiptPath)) 'dynamic-mcp.json'), and put this in your client's config:"
		Write-Output ''
		Write-Output "  {`"mcpServers`": {`"dynamic-mcp`": {`"command`": $(ConvertTo-Json -InputObject $Program)}}}"
		Write-Output ''
		Write-Output 'or, for Claude Code, run:'
		Write-Output ''
		Write-Output "  claude mcp add dynamic-mcp -- `"$Program`""
	}

	# One installation at a time; a dead one's lock is let go by the system.
	function Enter-Lock([string]$Directory) {
		$path = Join-Path $Directory '.dynamic-mcp.lock'
		for ($waited = 0; $waited -lt 300; $waited++) {
			try {
				return New-Object IO.FileStream($path, [IO.FileMode]::OpenOrCreate, [IO.FileAccess]::ReadWrite, [IO.FileShare]::None, 1, [IO.FileOptions]::DeleteOnClose)
			} catch {
				$reason = $_.Exception.GetBaseException()
				if (Test-Path -LiteralPath $path -PathType Container) { throw "dynamic-mcp upgrade is at work in $Directory. Run this again when it is done. If there is none, remove the folder $path first" }
				# For a moment, a lock that is just let go looks as if it were forbidden.
				if ($reason -isnot [IO.IOException] -and $waited -ge 3) { throw "could not write to ${Directory}: $($reason.Message). Name another folder with -InstallDir" }
				if ($waited -eq 3) { Write-Host 'Waiting for another installation to end' }
				Start-Sleep -Seconds 1
			}
		}
		throw "another installation has not ended: it holds $path"
	}

	function Install-Program([string]$Wanted, [string]$Directory, [bool]$IsForced, [bool]$ModifiesPath) {
		$base = Get-BaseUrl
		$target = Get-Target
		if ($Wanted -eq '' -or $Wanted -eq 'latest') { $new = Get-LatestVersion $base } else { $new = Resolve-VersionText $Wanted 'the wanted version' }
		$program = Join-Path $Directory 'dynamic-mcp.exe'
		[void][IO.Directory]::CreateDirectory($Directory)
		$lock = Enter-Lock $Directory
		# On the same drive, as only there a file can be moved in one step.
		$work = Join-Path $Directory ".dynamic-mcp.$([Guid]::NewGuid().ToString('N').Substring(0, 8))"
		try {
			[void][IO.Directory]::CreateDirectory($work)
			Remove-OldPrograms $Directory
			$before = Get-ProgramVersion $program
			if ($before.Version -eq $new -and -not $IsForced) {
				$target = $before.Target
				Write-Output "dynamic-mcp $new is already installed in $Directory; -Force installs it again"
			} else {
				$archive = "dynamic-mcp-$target.zip"
				Write-Output "Downloading dynamic-mcp $new for $target"
				Save-Download "$base/download/v$new/$archive" (Join-Path $work $archive)
				if (Test-On "$env:DYNAMIC_MCP_SKIP_VERIFY") {
					Write-Warning "$archive was not verified, as DYNAMIC_MCP_SKIP_VERIFY is set"
				} else {
					Save-Download "$base/download/v$new/SHA256SUMS" (Join-Path $work 'SHA256SUMS')
					Test-Checksum (Join-Path $work $archive) $archive (Join-Path $work 'SHA256SUMS')
				}
				Expand-Archive -LiteralPath (Join-Path $work $archive) -DestinationPath (Join-Path $work 'unpacked') -Force
				$unpacked = Join-Path $work 'unpacked\dynamic-mcp.exe'
				if (-not (Test-Path -LiteralPath $unpacked -PathType Leaf)) { throw "there is no program in $archive" }
				$target = Test-NewProgram $unpacked $new
				Move-IntoPlace $unpacked $program
				$instead = ''
				if ($before.Version -ne '') { $instead = " in place of $($before.Version)" }
				Write-Output "dynamic-mcp $new is installed in $Directory$instead"
			}
			Install-Alias $Directory $work
			Write-Receipt ([ordered]@{ method = 'install.ps1'; version = $new; target = $target; path = $program; baseUrl = $base })
			if ($ModifiesPath) { Add-ToPath $Directory }
		} finally {
			Remove-Item -LiteralPath $work -Recurse -Force -ErrorAction SilentlyContinue
			$lock.Dispose()
		}
		Write-OtherPrograms $Directory
		Write-NextStep $program
	}

	function Uninstall-Program([string]$Wanted) {
		$receipt = Read-Receipt
		$installed = ''
		if ($receipt -and "$($receipt.path)" -match '[\\/]dynamic-mcp\.exe$') { $installed = $receipt.path }
		$directory = Get-InstallDirectory $Wanted
		if (-not $Wanted -and -not $env:DYNAMIC_MCP_INSTALL_DIR -and $installed) { $directory = Split-Path -Parent $installed }
		$program = Join-Path $directory 'dynamic-mcp.exe'
		if (Test-Path -LiteralPath $directory) { Remove-OldPrograms $directory }
		$names = @('dynamic-mcp.exe')
		if (Test-OurAlias $directory) { $names = @('dmcp.exe') + $names }
		foreach ($name in $names) {
			$path = Join-Path $directory $name
			if (-not (Test-Path -LiteralPath $path)) { continue }
			try {
				Remove-Item -LiteralPath $path -Force -ErrorAction Stop
			} catch {
				# It is running. Under another name it is in nobody's way.
				[IO.File]::Move($path, "$path.$([Guid]::NewGuid().ToString('N').Substring(0, 8)).old")
				Write-Warning "$path is running: end it, and remove the file that ends with .old beside it"
			}
			Write-Output "Removed $path"
		}
		if ((Test-Path -LiteralPath $directory) -and -not (Get-ChildItem -LiteralPath $directory -Force)) { Remove-Item -LiteralPath $directory }
		Remove-FromPath $directory
		# Of a program elsewhere, that is still there, the receipt stays.
		$receiptPath = Get-ReceiptPath
		if ((Test-Path -LiteralPath $receiptPath) -and ($installed -eq '' -or -not (Test-Path -LiteralPath $installed))) {
			Remove-Item -LiteralPath $receiptPath -Force
		}
		Write-Output "Your config in $(Split-Path -Parent $receiptPath) was kept. If your clients' configs name dynamic-mcp, remove it there"
	}

	function Invoke-Installer([string]$Version, [string]$InstallDir, [bool]$NoModifyPath, [bool]$Force, [bool]$Uninstall) {
		if ($PSVersionTable.PSVersion -lt [version]'5.1') { throw "this needs PowerShell 5.1 or newer, and this one is $($PSVersionTable.PSVersion)" }
		if ($PSVersionTable.PSEdition -eq 'Core' -and -not $IsWindows) {
			throw "this is the installer for Windows. Here, run: curl -fsSL $(Hide-Password (Get-BaseUrl))/latest/download/install.sh | sh"
		}
		# Older ones begin with TLS 1.0, which servers refuse.
		[Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
		if ($Uninstall) {
			Uninstall-Program $InstallDir
			return
		}
		if ($Version -eq '') { $Version = "$env:DYNAMIC_MCP_VERSION" }
		$modifiesPath = -not ($NoModifyPath -or (Test-On "$env:DYNAMIC_MCP_NO_MODIFY_PATH"))
		Install-Program $Version (Get-InstallDirectory $InstallDir) $Force $modifiesPath
	}

	Set-StrictMode -Off
	$ErrorActionPreference = 'Stop'
	$ProgressPreference = 'SilentlyContinue'
	Invoke-Installer $args[0] $args[1] $args[2] $args[3] $args[4]
} $Version $InstallDir $NoModifyPath.IsPresent $Force.IsPresent $Uninstall.IsPresent
