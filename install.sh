#!/bin/sh
# Installs dynamic-mcp, for Linux and macOS:
#
#   curl -fsSL https://github.com/asyrjasalo/dynamic-mcp/releases/latest/download/install.sh | sh
#
# `sh install.sh --help` tells what else it can do. Plain POSIX sh without `local`, so that dash, bash, busybox, ksh
# and zsh all run it. Everything is in functions, and the last line starts them: a script that arrived cut short does
# nothing at all.

usage() {
	cat <<'END'
Installs dynamic-mcp, one MCP server in front of all your MCP servers.

Usage: install.sh [options]          curl -fsSL URL | sh -s -- [options]

  --version X        this version instead of the latest (DYNAMIC_MCP_VERSION)
  --install-dir DIR  where the program goes (DYNAMIC_MCP_INSTALL_DIR, else XDG_BIN_HOME, else ~/.local/bin)
  --binary FILE      install this executable instead of downloading one
  --no-modify-path   change no shell's start file (DYNAMIC_MCP_NO_MODIFY_PATH=1)
  --force            install again even when this version is there
  --uninstall        remove the program, its alias, its lines in shells' start files and its receipt
  --purge            with --uninstall: remove ~/.dynamic-mcp, the config in it, and the cache, too
  -y, --yes          ask nothing (DYNAMIC_MCP_NON_INTERACTIVE=1; also where CI is set)
  -q, --quiet        say only what is wrong
  -v, --verbose      say more
  -h, --help         show this

More environment variables:
  DYNAMIC_MCP_DOWNLOAD_BASE_URL  a mirror of https://github.com/asyrjasalo/dynamic-mcp/releases
  DYNAMIC_MCP_SKIP_VERIFY=1      install without comparing checksums; not recommended
  DYNAMIC_MCP_ALLOW_SUDO=1       do not mind being run through sudo
  GITHUB_TOKEN                   sent to github.com only, when curl downloads
END
}

# --- What is said ---

set_colours() {
	bold='' red='' yellow='' plain=''
	if [ -t 2 ] && [ -z "${NO_COLOR-}" ] && [ "${TERM-dumb}" != dumb ]; then
		escape=$(printf '\033')
		bold="${escape}[1m" red="${escape}[31m" yellow="${escape}[33m" plain="${escape}[0m"
	fi
}

say() {
	if [ "$verbosity" -ge 1 ]; then printf '%s\n' "$*"; fi
}

say_more() {
	if [ "$verbosity" -ge 2 ]; then printf '%s\n' "$*"; fi
}

warn() {
	printf '%s\n' "${yellow}warning:${plain} $*" >&2
}

fail() {
	printf '%s\n' "${red}error:${plain} $*" >&2
	exit 1
}

fail_usage() {
	printf '%s\n' "${red}error:${plain} $*; --help shows what there is" >&2
	exit 2
}

# An address without the password that may be in it.
shown() {
	printf '%s\n' "$1" | sed 's#//[^/]*@#//***@#'
}

# --- Options and the environment ---

is_on() {
	case $1 in
	'' | 0 | false | no) return 1 ;;
	*) return 0 ;;
	esac
}

need_value() {
	if [ "$2" -lt 2 ]; then fail_usage "$1 needs a value"; fi
}

read_options() {
	wanted=${DYNAMIC_MCP_VERSION-}
	directory=${DYNAMIC_MCP_INSTALL_DIR-}
	base=${DYNAMIC_MCP_DOWNLOAD_BASE_URL-}
	binary='' force='' uninstall='' purge='' modify_path=1 answer_yes='' option_version=''
	if is_on "${DYNAMIC_MCP_NO_MODIFY_PATH-}"; then modify_path=''; fi
	if is_on "${DYNAMIC_MCP_NON_INTERACTIVE-}" || is_on "${CI-}"; then answer_yes=1; fi
	while [ $# -gt 0 ]; do
		case $1 in
		--version | --install-dir | --binary)
			need_value "$1" $#
			take_value "$1" "$2"
			shift
			;;
		--version=* | --install-dir=* | --binary=*) take_value "${1%%=*}" "${1#*=}" ;;
		--no-modify-path) modify_path='' ;;
		--force) force=1 ;;
		--uninstall) uninstall=1 ;;
		--purge) purge=1 ;;
		-y | --yes) answer_yes=1 ;;
		-q | --quiet) verbosity=0 ;;
		-v | --verbose) verbosity=2 ;;
		-h | --help)
			usage
			exit 0
			;;
		-*) fail_usage "there is no option $1" ;;
		*) fail_usage "$1 is not an option" ;;
		esac
		shift
	done
	if [ -n "$purge" ] && [ -z "$uninstall" ]; then fail_usage "--purge goes with --uninstall"; fi
	if [ -n "$binary" ] && [ -n "$option_version" ]; then fail_usage "--binary and --version do not go together"; fi
	if [ -n "$binary" ] && [ -n "$uninstall" ]; then fail_usage "--binary and --uninstall do not go together"; fi
}

take_value() {
	if [ -z "$2" ]; then fail_usage "$1 needs a value"; fi
	case $1 in
	--version) wanted=$2 option_version=1 ;;
	--install-dir) directory=$2 ;;
	--binary) binary=$2 ;;
	esac
}

check_environment() {
	case ${HOME-} in
	/*) ;;
	*) fail "HOME is '${HOME-}', not the path of your home folder: set it and run this again" ;;
	esac
	receipt=$HOME/.dynamic-mcp/install.json
	if [ "$(id -u)" = 0 ] && [ -n "${SUDO_USER-}" ] && [ "$SUDO_USER" != root ] &&
		! is_on "${DYNAMIC_MCP_ALLOW_SUDO-}"; then
		fail "this needs no sudo: it works in your own home folder, and files made as root would be in your way later.
Run it as $SUDO_USER without sudo, or set DYNAMIC_MCP_ALLOW_SUDO=1 if this is what you want"
	fi
}

need_commands() {
	for name in cat chmod cp cut dirname grep head id ln mkdir mktemp mv readlink rm rmdir sed tail tar tr uname wc; do
		command -v "$name" >/dev/null 2>&1 || fail "the command $name is needed and was not found on PATH: install it first"
	done
}

# Sets `version` to what is wanted without a leading v, or to nothing for the latest. Nothing else may go into an
# address: the version comes from the environment, or from a server's redirect.
check_version() {
	version=$1
	if [ "$version" = latest ] || [ -z "$version" ]; then
		version=''
		return
	fi
	case $version in
	*[!0-9A-Za-z.+-]*) version='' ;;
	esac
	printf '%s\n' "$version" | grep -Eq '^v?[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.+-]+)?$' ||
		fail "'$1' is not a version: $2 is like 2.0.0, or latest"
	version=${version#v}
}

check_base() {
	base=${base:-https://github.com/asyrjasalo/dynamic-mcp/releases}
	while [ "${base%/}" != "$base" ]; do base=${base%/}; done
	case $base in
	*[[:space:][:cntrl:]\"\'\\\`\$]*) fail "DYNAMIC_MCP_DOWNLOAD_BASE_URL has a character no address has: $(shown "$base")" ;;
	https://?*) protocols='=https' ;;
	http://?*) protocols='=http,https' ;;
	*) fail "DYNAMIC_MCP_DOWNLOAD_BASE_URL is '$base': it has to begin with https:// (or http://)" ;;
	esac
}

# Sets `directory` to an absolute path; `$1` is what it is when nobody said anything.
check_directory() {
	directory=${directory:-$1}
	case $directory in
	\~ | \~/*) directory=$HOME${directory#\~} ;;
	/*) ;;
	*) directory=$PWD/$directory ;;
	esac
	while [ "${directory%/}" != "$directory" ]; do directory=${directory%/}; done
	case $directory in
	'') fail "the install directory cannot be /: name another with --install-dir" ;;
	*[[:cntrl:]]* | *:*) fail "the install directory '$directory' cannot be on PATH: name one without ':' and line ends" ;;
	esac
}

default_directory() {
	case ${XDG_BIN_HOME-} in
	/*) printf '%s\n' "$XDG_BIN_HOME" ;;
	*) printf '%s\n' "$HOME/.local/bin" ;;
	esac
}

# --- Which build ---

# Sets `target` to the name of the release's build for this machine.
detect_target() {
	system=$(uname -s)
	machine=$(uname -m)
	case $machine in
	x86_64 | amd64) machine=x86_64 ;;
	aarch64 | arm64) machine=aarch64 ;;
	esac
	case $system in
	Linux)
		if [ "$(uname -o 2>/dev/null)" = Android ]; then fail_platform "Android"; fi
		target=linux-$machine
		;;
	Darwin)
		# A shell that runs translated by Rosetta says x86_64.
		if [ "$(sysctl -n sysctl.proc_translated 2>/dev/null)" = 1 ] ||
			[ "$(sysctl -n hw.optional.arm64 2>/dev/null)" = 1 ]; then machine=aarch64; fi
		target=macos-$machine
		;;
	MINGW* | MSYS* | CYGWIN* | Windows_NT)
		fail "this is the installer for Linux and macOS. On Windows, run:

  powershell -ExecutionPolicy Bypass -c \"irm $(shown "$base")/latest/download/install.ps1 | iex\""
		;;
	*) fail_platform "$system" ;;
	esac
	case $machine in
	x86_64 | aarch64) ;;
	*) fail_platform "$system on $machine" ;;
	esac
	if [ "$system" = Linux ]; then check_libc; fi
}

fail_platform() {
	fail "there is no build for $1. You can build it yourself, with Bun (https://bun.sh) and git:

  git clone https://github.com/asyrjasalo/dynamic-mcp && cd dynamic-mcp && bun run build"
}

# Appends -musl to `target` where that is the C library, and refuses what no build runs on.
check_libc() {
	if [ "$(getconf LONG_BIT 2>/dev/null)" = 32 ]; then fail_platform "32-bit programs ($machine)"; fi
	libc=$(getconf GNU_LIBC_VERSION 2>/dev/null) || libc=''
	if [ -z "$libc" ]; then libc=$(ldd --version 2>&1 | head -n 2 | tr '\n' ' ') || libc=''; fi
	case $libc in
	*musl*) target=$target-musl ;;
	*[Gg][Ll][Ii][Bb][Cc]* | *GNU*libc*)
		libc=$(printf '%s\n' "$libc" | sed -n 's/^[^0-9]*.*[^0-9.]\([0-9][0-9]*\.[0-9][0-9]*\).*/\1/p')
		check_glibc "${libc:-2.17}"
		;;
	*) if [ -e /etc/alpine-release ] || ls /lib/libc.musl-* >/dev/null 2>&1; then target=$target-musl; fi ;;
	esac
}

check_glibc() {
	if [ "${1%%.*}" -lt 2 ] || { [ "${1%%.*}" -eq 2 ] && [ "${1#*.}" -lt 17 ]; }; then
		fail "this system has glibc $1, and dynamic-mcp needs 2.17 or newer: a newer release of your distribution has it"
	fi
}

# --- Downloads ---

find_downloader() {
	if command -v curl >/dev/null 2>&1; then
		downloader=curl
	elif command -v wget >/dev/null 2>&1; then
		downloader=wget
		if wget --version 2>/dev/null | grep -q 'GNU Wget'; then downloader=gnu-wget; fi
	else
		fail "curl or wget is needed to download dynamic-mcp, and neither was found on PATH: install one of them"
	fi
}

# What curl is told on stdin, so that no token shows in the list of processes.
curl_secrets() {
	case $1 in
	https://github.com/*)
		# Older ones pass the token on to the host that they are redirected to.
		if [ -n "${GITHUB_TOKEN-}" ] && curl_is_since_7_58; then
			printf 'header = "Authorization: Bearer %s"\n' "$(printf '%s' "$GITHUB_TOKEN" | tr -d '"\\\r\n')"
		fi
		;;
	esac
}

curl_is_since_7_58() {
	curl_version=$(curl --version 2>/dev/null | sed -n '1s/^curl \([0-9]*\)\.\([0-9]*\).*/\1 \2/p')
	case $curl_version in
	[0-6]\ * | '') return 1 ;;
	7\ *) [ "${curl_version#7 }" -ge 58 ] ;;
	*) return 0 ;;
	esac
}

# download ADDRESS FILE: in the background, as a shell acts on a signal only when nothing runs in front.
download() {
	say_more "from $(shown "$1")"
	case $downloader in
	curl)
		progress=-sS
		if [ -t 2 ] && [ "$verbosity" -ge 1 ]; then progress=-#; fi
		curl_secrets "$1" | curl --proto "$protocols" --tlsv1.2 -fL "$progress" --retry 3 --connect-timeout 15 \
			--speed-limit 1 --speed-time 60 -K - -o "$2" "$1" &
		;;
	gnu-wget) wget -nv --tries=3 --timeout=60 -O "$2" "$1" 2>"$work/messages" & ;;
	# Some builds of busybox crash on -T.
	wget) wget -q -O "$2" "$1" & ;;
	esac
	child=$!
	wait "$child" || {
		child=''
		if [ "$downloader" = gnu-wget ]; then cat "$work/messages" >&2; fi
		fail "could not download $(shown "$1"): see above. Check the network and whether version $version exists, then try again"
	}
	child=''
}

# Prints where the address leads, one line for each hop.
redirects_of() {
	case $downloader in
	curl)
		address=$1
		hops=0
		while [ "$hops" -lt 5 ]; do
			address=$(curl_secrets "$address" | curl --proto "$protocols" --tlsv1.2 -fsS --retry 3 --connect-timeout 15 \
				--max-time 60 -K - -o /dev/null -w '%{redirect_url}' "$address") || return 1
			if [ -z "$address" ]; then return; fi
			printf '%s\n' "$address"
			case $address in */tag/*) return ;; esac
			hops=$((hops + 1))
		done
		;;
	*)
		# What it leads to need not exist, and so the exit code says nothing.
		headers=$(wget -S --spider "$1" 2>&1 | tr -d '\r')
		case $headers in
		*ocation:*) printf '%s\n' "$headers" | sed -n 's/^ *[Ll]ocation: *\([^ ]*\).*/\1/p' ;;
		*)
			printf '%s\n' "$headers" >&2
			return 1
			;;
		esac
		;;
	esac
}

resolve_latest() {
	location=$(redirects_of "$base/latest") ||
		fail "could not ask $(shown "$base")/latest for the latest version: see above. Check the network, or name one with --version"
	location=$(printf '%s\n' "$location" | grep '/tag/' | head -n 1) ||
		location=''
	if [ -z "$location" ]; then
		fail "$(shown "$base")/latest does not lead to a release: name a version with --version"
	fi
	location=${location##*/tag/}
	check_version "${location%%[?#]*}" "the release that $(shown "$base")/latest leads to"
}

# Prints the SHA-256 of a file in hex.
sha256() {
	if command -v sha256sum >/dev/null 2>&1; then
		sha256sum <"$1" | cut -d ' ' -f 1
	elif command -v shasum >/dev/null 2>&1; then
		shasum -a 256 <"$1" | cut -d ' ' -f 1
	else
		openssl dgst -sha256 <"$1" | sed 's/^.*[ =]//'
	fi
}

check_can_verify() {
	if is_on "${DYNAMIC_MCP_SKIP_VERIFY-}"; then return; fi
	for name in sha256sum shasum openssl; do
		if command -v "$name" >/dev/null 2>&1; then return; fi
	done
	fail "the download cannot be verified: none of sha256sum, shasum and openssl was found on PATH. Install one of them
(DYNAMIC_MCP_SKIP_VERIFY=1 installs without verifying)"
}

# verify FILE NAME: against the line for the name in the release's SHA256SUMS.
verify() {
	if is_on "${DYNAMIC_MCP_SKIP_VERIFY-}"; then
		warn "$2 was not verified, as DYNAMIC_MCP_SKIP_VERIFY is set"
		return
	fi
	expected=''
	while read -r sum name; do
		if [ "${name#\*}" = "$2" ]; then expected=$(printf '%s\n' "$sum" | tr 'A-F' 'a-f'); fi
	done <"$work/SHA256SUMS"
	case $expected in
	'') fail "SHA256SUMS of version $version has no line for $2, so it cannot be verified: nothing was installed" ;;
	*[!0-9a-f]*) fail "SHA256SUMS of version $version has no SHA-256 for $2, but '$expected': nothing was installed" ;;
	esac
	actual=$(sha256 "$1")
	if [ "$actual" != "$expected" ]; then
		fail "$2 is not what was released, so nothing was installed. Try again, and report it if it stays so.
  expected SHA-256: $expected
  found:            $actual"
	fi
	say_more "verified $2: $actual"
}

fetch_program() {
	archive=dynamic-mcp-$target.tar.gz
	check_can_verify
	say "Downloading dynamic-mcp $version for $target"
	if ! is_on "${DYNAMIC_MCP_SKIP_VERIFY-}"; then
		download "$base/download/v$version/SHA256SUMS" "$work/SHA256SUMS"
	fi
	download "$base/download/v$version/$archive" "$work/$archive"
	verify "$work/$archive" "$archive"
	mkdir "$work/unpacked"
	tar -xzof "$work/$archive" -C "$work/unpacked" || fail "could not unpack $archive: see above"
	if [ ! -f "$work/unpacked/dynamic-mcp" ]; then fail "there is no program in $archive"; fi
	mv "$work/unpacked/dynamic-mcp" "$work/dynamic-mcp"
}

# --- One installation at a time, and nothing left behind ---

begin_work() {
	lock='' work='' child='' put_temporary='' replaced=''
	trap 'end_work' EXIT
	trap 'stop 129' HUP
	trap 'stop 130' INT
	trap 'stop 143' TERM
}

stop() {
	if [ -z "$replaced" ]; then printf '%s\n' "stopped: nothing was changed" >&2; fi
	exit "$1"
}

end_work() {
	if [ -n "$child" ]; then kill "$child" 2>/dev/null || :; fi
	if [ -n "$work" ]; then rm -rf "$work"; fi
	if [ -n "$put_temporary" ]; then rm -f "$put_temporary"; fi
	if [ -n "$lock" ]; then rm -rf "$lock"; fi
	if [ -z "$replaced" ]; then remove_made_directories; fi
}

# Makes the install directory, and notes in `had` how much of the path was there before.
make_directory() {
	had=$directory
	while [ ! -e "$had" ] && [ ! -L "$had" ] && [ -n "$had" ]; do had=${had%/*}; done
	mkdir -p "$directory" || fail "could not make the folder $directory: see above. Name another with --install-dir"
}

remove_made_directories() {
	made=$directory
	while [ "$made" != "${had-$directory}" ]; do
		rmdir "$made" 2>/dev/null || return 0
		made=${made%/*}
	done
}

# Waits for its turn. The lock is a folder with a file that says whose it is. A dead owner's lock is taken over by
# whoever can make a folder in it, and never removed by others, so that no two can take it.
take_lock() {
	lock_path=$directory/.dynamic-mcp.lock
	me="$$ $(uname -n)"
	waited=0
	ownerless=0
	until mkdir "$lock_path" 2>/dev/null; do
		if [ ! -d "$lock_path" ]; then
			fail "could not write to $directory: check its permissions, or name another folder with --install-dir"
		fi
		read_lock_owner
		if [ -z "$owner" ]; then ownerless=$((ownerless + 1)); else ownerless=0; fi
		if is_lock_stale && mkdir "$lock_path/taken-over" 2>/dev/null; then
			seen=$owner
			read_lock_owner
			if [ "$owner" = "$seen" ]; then
				lock=$lock_path
				printf '%s\n' "$me" >"$lock/owner"
				rmdir "$lock/taken-over"
				say_more "took over the lock that ${seen:-somebody} left behind"
				return
			fi
			rmdir "$lock_path/taken-over" 2>/dev/null || :
		fi
		if [ "$waited" -eq 0 ]; then say "Waiting for another installation to end (process ${owner:-unknown})"; fi
		if [ "$waited" -ge 300 ]; then
			fail "another installation (process ${owner:-unknown}) has not ended. If there is none, remove the folder $lock_path"
		fi
		pause=1
		if [ "$waited" -ge 10 ]; then pause=5; fi
		sleep "$pause"
		waited=$((waited + pause))
	done
	lock=$lock_path
	printf '%s\n' "$me" >"$lock/owner"
}

read_lock_owner() {
	owner=''
	if [ -f "$lock_path/owner" ]; then IFS= read -r owner <"$lock_path/owner" || :; fi 2>/dev/null
}

# Its process is gone; or it never said whose it is. Of another machine's processes nothing is known.
is_lock_stale() {
	if [ -z "$owner" ]; then
		[ "$ownerless" -ge 3 ]
		return
	fi
	[ "${owner#* }" = "${me#* }" ] && ! kill -0 "${owner%% *}" 2>/dev/null
}

# In the install directory, as only a file of the same file system can be moved into place in one step.
make_work_directory() {
	# Whoever left such a folder behind was killed: this one has the lock.
	rm -rf "$directory"/.dynamic-mcp.??????
	work=$(mktemp -d "$directory/.dynamic-mcp.XXXXXX") ||
		fail "could not write to $directory: see above. Name another folder with --install-dir"
}

# --- The program ---

# Prints the version and the target that a program says it has, or nothing.
read_program() {
	("$1" --version </dev/null 2>/dev/null || :) | sed -n 's/^dynamic-mcp \([^ ]*\) (.* \([^ )]*\))$/\1 \2/p'
}

# Runs the new program before anything is replaced; sets `version` and `target` to what it says.
try_program() {
	chmod 755 "$work/dynamic-mcp"
	code=0
	output=$("$work/dynamic-mcp" --version </dev/null 2>"$work/stderr") || code=$?
	if [ "$code" -ne 0 ]; then fail_program "$code" "$(head -n 5 "$work/stderr")"; fi
	found=$(printf '%s\n' "$output" | sed -n 's/^dynamic-mcp \([^ ]*\) (.* \([^ )]*\))$/\1 \2/p')
	if [ -z "$found" ]; then
		fail "$source is not dynamic-mcp: asked for its version it says '$(printf '%s\n' "$output" | head -n 1)'"
	fi
	if [ -n "$version" ] && [ "${found% *}" != "$version" ]; then
		fail "$source says that it is version ${found% *}, not $version: nothing was installed"
	fi
	version=${found% *}
	target=${found#* }
}

# fail_program EXIT-CODE STDERR: what can be done about a program that does not run.
fail_program() {
	advice=''
	case $2 in
	*libstdc++* | *libgcc*)
		advice="It needs the C++ standard library: install libstdc++ (on Alpine: apk add libstdc++) and try again."
		;;
	*GLIBC_*) advice="This system's glibc is too old: it needs 2.17 or newer." ;;
	*"ermission denied"*)
		advice="Programs may not be run in $directory, as on a file system mounted with noexec: name another with --install-dir."
		;;
	*"not found"* | *"o such file"* | *"xec format error"* | *"annot execute"*)
		advice="It is a program for another system than this one ($(uname -s) $(uname -m)): please report it, with this message."
		;;
	esac
	case $1 in
	132) advice="This machine's processor is too old: it needs SSE4.2, which processors have since about 2010." ;;
	137) advice="The system stopped it: there may be too little memory, or macOS does not accept its signature." ;;
	esac
	fail "$source does not run here (exit code $1), so nothing was installed.
${2:+$2
}$advice"
}

place_program() {
	if [ -d "$directory/dynamic-mcp" ]; then
		fail "$directory/dynamic-mcp is a folder: remove it, or name another place with --install-dir"
	fi
	if [ -L "$directory/dynamic-mcp" ]; then
		warn "$directory/dynamic-mcp was a link to $(readlink "$directory/dynamic-mcp"), and is now the program itself"
	fi
	mv -f "$work/dynamic-mcp" "$directory/dynamic-mcp" ||
		fail "could not put the program into $directory: see above"
	replaced=1
}

is_our_alias() {
	[ -L "$directory/dmcp" ] || return 1
	case $(readlink "$directory/dmcp") in
	dynamic-mcp | ./dynamic-mcp | "$directory/dynamic-mcp") return 0 ;;
	*) return 1 ;;
	esac
}

# `dmcp` is also the name of the program that came before this one: what is not ours stays.
place_alias() {
	if is_our_alias; then return; fi
	if [ -e "$directory/dmcp" ] || [ -L "$directory/dmcp" ]; then
		warn "$directory/dmcp is another program, and was left as it is: use the name dynamic-mcp, or remove it and run this again"
		return
	fi
	if ! ln -s dynamic-mcp "$work/dmcp" || ! mv -f "$work/dmcp" "$directory/dmcp"; then
		warn "could not make the alias $directory/dmcp: use the name dynamic-mcp"
	fi
}

# --- The receipt ---

json_text() {
	printf '%s\n' "$1" | sed 's/\\/\\\\/g; s/"/\\"/g; s/^/"/; s/$/"/'
}

# What `dynamic-mcp upgrade` and --uninstall go by.
write_receipt() {
	if (umask 077 && mkdir -p "${receipt%/*}") && put_temporary=$(mktemp "$receipt.XXXXXX") &&
		printf '{"method":"install.sh","version":%s,"target":%s,"path":%s,"baseUrl":%s}\n' "$(json_text "$version")" \
			"$(json_text "$target")" "$(json_text "$program")" "$(json_text "$base")" >"$put_temporary" &&
		mv -f "$put_temporary" "$receipt"; then
		put_temporary=''
	else
		warn "could not write $receipt: \`dynamic-mcp upgrade\` will not know how this was installed"
	fi
}

# Prints a text field of the receipt, or nothing.
read_receipt() {
	if [ ! -f "$receipt" ]; then return; fi
	tr '\n' ' ' <"$receipt" | sed -nE 's/.*"'"$1"'"[[:space:]]*:[[:space:]]*"(([^"\\]|\\.)*)".*/\1/p' |
		sed 's/\\\(.\)/\1/g'
}

# --- The shells' start files ---

# Prints the path of the file that a chain of symbolic links ends at.
link_end() {
	link=$1
	links=0
	while [ -L "$link" ]; do
		links=$((links + 1))
		if [ "$links" -gt 40 ]; then return 1; fi
		link_target=$(readlink "$link") || return 1
		case $link_target in
		/*) link=$link_target ;;
		*) link=$(dirname "$link")/$link_target ;;
		esac
	done
	printf '%s\n' "$link"
}

# put_file FILE: its new content comes on stdin, and is there in one step, with the old permissions, where links lead to.
put_file() {
	put_target=$(link_end "$1") && put_temporary=$(mktemp "$put_target.XXXXXX") || return 1
	if [ -e "$put_target" ]; then
		cp -p "$put_target" "$put_temporary" || return 1
	else
		chmod 644 "$put_temporary" || return 1
	fi
	cat >"$put_temporary" && mv -f "$put_temporary" "$put_target" || return 1
	put_temporary=''
}

# Sets `block_first` and `block_last` to the numbers of the lines of our block; fails where there is none, or no end of it.
find_block() {
	block_first=$(grep -nFx "$block_begin" "$1" 2>/dev/null | head -n 1 | cut -d : -f 1)
	case $block_first in '' | *[!0-9]*) return 1 ;; esac
	block_last=$(tail -n "+$block_first" "$1" | grep -nFx "$block_end" | head -n 1 | cut -d : -f 1)
	if [ -z "$block_last" ]; then
		warn "$1 has a line '$block_begin' without the line '$block_end' after it, and was left as it is: remove it by hand"
		return 1
	fi
	block_last=$((block_first + block_last - 1))
}

# `head -n 0` is an error on macOS.
print_lines_before_block() {
	if [ "$block_first" -gt 1 ]; then head -n "$((block_first - 1))" "$1"; fi
}

# print_block NOTE: the note tells --uninstall how the file was before.
print_block() {
	printf '%s\n' "$block_begin" "$1" "$block_body" "$block_end"
}

# Adds our block to a file, or puts it in the place of the one that is there. Fails where the file cannot be changed.
write_block() {
	if [ -e "$1" ] && [ ! -w "$1" ]; then return 1; fi
	if find_block "$1"; then
		note=$(sed -n "$((block_first + 1))p" "$1")
		if [ "$(sed -n "${block_first},${block_last}p" "$1")" = "$(print_block "$note")" ]; then return; fi
		{
			print_lines_before_block "$1"
			print_block "$note"
			tail -n "+$((block_last + 1))" "$1"
		} >"$work/start-file" && put_file "$1" <"$work/start-file"
		return
	fi
	if grep -qFx "$block_begin" "$1" 2>/dev/null; then return 1; fi
	if [ ! -e "$1" ]; then
		mkdir -p "$(dirname "$1")" && print_block "$note_made" | put_file "$1"
	elif [ -s "$1" ] && [ "$(tail -c 1 "$1" | wc -l)" -eq 0 ]; then
		{ cat "$1" && printf '\n' && print_block "$note_no_line_end"; } >"$work/start-file" && put_file "$1" <"$work/start-file"
	else
		{ cat "$1" && print_block "$note_plain"; } >"$work/start-file" && put_file "$1" <"$work/start-file"
	fi
}

# Leaves the file as it was before write_block, but for what others have changed since.
remove_block() {
	if [ ! -f "$1" ] || ! find_block "$1"; then return; fi
	if [ ! -w "$1" ]; then
		warn "$1 cannot be written: remove the lines from '$block_begin' to '$block_end' from it"
		return
	fi
	note=$(sed -n "$((block_first + 1))p" "$1")
	print_lines_before_block "$1" >"$work/before"
	tail -n "+$((block_last + 1))" "$1" >"$work/after"
	if [ "$note" = "$note_no_line_end" ] && [ ! -s "$work/after" ]; then
		head -c "$(($(wc -c <"$work/before") - 1))" "$work/before" >"$work/shorter"
		mv "$work/shorter" "$work/before"
	fi
	if [ "$note" = "$note_made" ] && [ ! -s "$work/before" ] && [ ! -s "$work/after" ]; then
		rm -f "$(link_end "$1")"
	elif ! cat "$work/before" "$work/after" | put_file "$1"; then
		warn "$1 could not be changed: remove the lines from '$block_begin' to '$block_end' from it"
		return
	fi
	say "Removed the lines for dynamic-mcp from $1"
}

set_block_texts() {
	block_begin='# >>> dynamic-mcp >>>'
	block_end='# <<< dynamic-mcp <<<'
	note_plain="# Written by dynamic-mcp's installer, whose --uninstall removes it."
	note_no_line_end="$note_plain The file had no line end at its end."
	note_made="$note_plain The file was made for it."
	zsh_file=${ZDOTDIR:-$HOME}/.zshrc
	fish_file=${XDG_CONFIG_HOME:-$HOME/.config}/fish/conf.d/dynamic-mcp.fish
}

# The text within double quotes that a POSIX shell reads as the install directory.
quoted_directory() {
	case $directory in
	"$HOME"/*) printf '%s%s\n' "\$HOME" "$(printf '%s\n' "${directory#"$HOME"}" | sed 's/[\\"$`]/\\&/g')" ;;
	*) printf '%s\n' "$directory" | sed 's/[\\"$`]/\\&/g' ;;
	esac
}

fish_directory() {
	printf '%s\n' "$directory" | sed "s/[\\\\']/\\\\&/g; s/^/'/; s/\$/'/"
}

# Sets `start_files` to the files, one a line, that the user's shell reads, and `block_body` and `path_line` to what goes there.
choose_start_files() {
	shell=${SHELL-}
	shell=${shell##*/}
	path_line="export PATH=\"$(quoted_directory):\$PATH\""
	block_body="case \":\$PATH:\" in
*\":$(quoted_directory):\"*) ;;
*) $path_line ;;
esac"
	case $shell in
	zsh) start_files=$zsh_file ;;
	bash) start_files=$HOME/.bashrc ;;
	fish)
		start_files=$fish_file
		path_line="set -gx PATH $(fish_directory) \$PATH"
		block_body="contains -- $(fish_directory) \$PATH; or $path_line"
		;;
	sh | ash | dash | ksh | mksh) start_files=$HOME/.profile ;;
	*) start_files='' ;;
	esac
	if [ "$shell" = bash ] && [ "$(uname -s)" = Darwin ]; then
		# The terminal's shells there are login shells, which read the first of these that exists.
		login_file=$HOME/.bash_profile
		for file in .profile .bash_login .bash_profile; do
			if [ -e "$HOME/$file" ]; then login_file=$HOME/$file; fi
		done
		start_files="$start_files
$login_file"
	fi
}

is_on_path() {
	case ":$PATH:" in
	*":$directory:"* | *":$directory/:"*) return 0 ;;
	*) return 1 ;;
	esac
}

update_path() {
	if is_on_path; then return; fi
	choose_start_files
	if [ -z "$modify_path" ]; then
		tell_path_line
		return
	fi
	if [ -n "${GITHUB_PATH-}" ]; then
		if ! grep -qFx "$directory" "$GITHUB_PATH" 2>/dev/null; then printf '%s\n' "$directory" >>"$GITHUB_PATH"; fi
		say "Put $directory on the PATH of this job's next steps"
		return
	fi
	changed=''
	while IFS= read -r file; do
		if [ -z "$file" ]; then continue; fi
		if write_block "$file"; then
			changed="$changed $file"
		else
			warn "could not put $directory on PATH in $file: add this line to it yourself
  $path_line"
		fi
	done <<END
$start_files
END
	if [ -n "$changed" ]; then say "New shells have $directory on PATH, by$changed"; fi
	tell_path_line
}

tell_path_line() {
	say "To have dynamic-mcp on the PATH of this shell, run:

  $path_line"
}

# --- Other programs of the same name ---

# The real path of a program's file, but for links at its own end.
real_path() {
	printf '%s/%s\n' "$(cd "$(dirname "$1")" && pwd -P)" "${1##*/}"
}

warn_of_others() {
	for name in dynamic-mcp dmcp; do
		other=$(command -v "$name" 2>/dev/null) || continue
		case $other in /*) ;; *) continue ;; esac
		if [ "$(real_path "$other")" = "${program%/*}/$name" ]; then continue; fi
		case $other:$(link_end "$other") in
		*/Cellar/* | */homebrew/* | */linuxbrew/*) how=' (installed by Homebrew: brew uninstall dynamic-mcp)' ;;
		*/node_modules/* | */.npm*/*) how=' (installed by npm: npm uninstall -g dynamic-mcp)' ;;
		*/.bun/*) how=' (installed by bun: bun remove -g dynamic-mcp)' ;;
		*/.cargo/*) how=' (installed by cargo: cargo uninstall dynamic-mcp)' ;;
		*) how='' ;;
		esac
		warn "the command $name is $other$how on your PATH, not the one just installed, $directory/$name"
	done
}

# --- The two things it does ---

shell_text() {
	case $1 in
	*[!A-Za-z0-9_./@%+=:,-]*) printf '%s\n' "$1" | sed "s/'/'\\\\''/g; s/^/'/; s/\$/'/" ;;
	*) printf '%s\n' "$1" ;;
	esac
}

tell_next_step() {
	say "
${bold}Next:${plain} list your MCP servers in ~/.dynamic-mcp/dynamic-mcp.json, and put this in your client's config:

  {\"mcpServers\": {\"dynamic-mcp\": {\"command\": $(json_text "$program")}}}

or, for Claude Code, run:

  claude mcp add dynamic-mcp -- $(shell_text "$program")"
}

install() {
	check_directory "$(default_directory)"
	if [ -n "$binary" ]; then
		version=''
		if [ ! -f "$binary" ]; then fail "there is no file $binary to install"; fi
	else
		detect_target
		find_downloader
		check_version "$wanted" "the wanted version"
		if [ -z "$version" ]; then resolve_latest; fi
	fi
	begin_work
	make_directory
	take_lock
	make_work_directory
	program=$(cd "$directory" && pwd -P)/dynamic-mcp
	before=''
	if [ -f "$directory/dynamic-mcp" ]; then before=$(read_program "$directory/dynamic-mcp"); fi
	if [ -z "$force" ] && [ -z "$binary" ] && [ "${before% *}" = "$version" ]; then
		replaced=1
		target=${before#* }
		say "dynamic-mcp $version is already installed in $directory; --force installs it again"
	else
		if [ -n "$binary" ]; then
			source=$binary
			cp "$binary" "$work/dynamic-mcp" || fail "could not copy $binary: see above"
		else
			source="dynamic-mcp $version for $target"
			fetch_program
		fi
		try_program
		place_program
		if [ -n "$before" ]; then before=" in place of ${before% *}"; fi
		say "${bold}dynamic-mcp $version${plain} is installed in $directory$before"
	fi
	place_alias
	write_receipt
	update_path
	warn_of_others
	tell_next_step
}

confirm_purge() {
	if [ -n "$answer_yes" ]; then return; fi
	if ! (: </dev/tty) 2>/dev/null; then
		fail "--purge deletes $HOME/.dynamic-mcp with your config, and nobody can be asked here: add -y if this is what you want"
	fi
	printf '%s' "Delete $HOME/.dynamic-mcp with your config, and the cache in $cache? [y/N] " >/dev/tty
	answer=''
	IFS= read -r answer </dev/tty || :
	case $answer in
	[yY] | [yY][eE][sS]) ;;
	*) purge='' ;;
	esac
}

# Sets `cache` to where the program keeps what it can get again.
find_cache() {
	case ${DYNAMIC_MCP_CACHE_DIR-} in
	'') ;;
	\~ | \~/*)
		cache=$HOME${DYNAMIC_MCP_CACHE_DIR#\~}
		return
		;;
	*)
		cache=$DYNAMIC_MCP_CACHE_DIR
		return
		;;
	esac
	if [ "$(uname -s)" = Darwin ]; then
		cache=$HOME/Library/Caches/dynamic-mcp
		return
	fi
	case ${XDG_CACHE_HOME-} in
	/*) cache=${XDG_CACHE_HOME%/}/dynamic-mcp ;;
	*) cache=$HOME/.cache/dynamic-mcp ;;
	esac
}

purge() {
	rm -rf "$HOME/.dynamic-mcp"
	# Only what the program has put there: somebody else's choice of folder may hold more.
	rm -rf "$cache/catalogs" "$cache/results" "$cache/savings.sqlite" "$cache/savings.sqlite-wal" "$cache/savings.sqlite-shm"
	rmdir "$cache" 2>/dev/null || :
	say "Deleted $HOME/.dynamic-mcp and the cache in $cache"
}

uninstall() {
	installed=$(read_receipt path)
	case $installed in /*/dynamic-mcp) ;; *) installed='' ;; esac
	if [ -n "$installed" ]; then check_directory "${installed%/*}"; else check_directory "$(default_directory)"; fi
	find_cache
	if [ -n "$purge" ]; then confirm_purge; fi
	begin_work
	replaced=1
	if [ -d "$directory" ]; then
		take_lock
	fi
	work=$(mktemp -d "${TMPDIR:-/tmp}/dynamic-mcp.XXXXXX") || fail "could not write to ${TMPDIR:-/tmp}: see above"
	remove_program
	for file in "$zsh_file" "$HOME/.bashrc" "$HOME/.bash_profile" "$HOME/.bash_login" "$HOME/.profile" "$fish_file"; do
		remove_block "$file"
	done
	if [ -n "$purge" ]; then purge; fi
	say "If your clients' configs name dynamic-mcp, remove it there, too"
}

remove_program() {
	if is_our_alias; then rm -f "$directory/dmcp" || fail "could not remove $directory/dmcp: see above"; fi
	if [ -L "$directory/dynamic-mcp" ]; then
		warn "$directory/dynamic-mcp is a link that this installer did not make, and was left as it is"
	elif [ -f "$directory/dynamic-mcp" ]; then
		program=$(cd "$directory" && pwd -P)/dynamic-mcp
		rm -f "$directory/dynamic-mcp" || fail "could not remove $directory/dynamic-mcp: see above"
		say "Removed dynamic-mcp from $directory"
	else
		say "There is no dynamic-mcp in $directory"
	fi
	# Of a program elsewhere, that is still there, the receipt stays.
	if [ -f "$receipt" ] && { [ -z "$installed" ] || [ ! -e "$installed" ]; }; then
		rm -f "$receipt"
		rmdir "${receipt%/*}" 2>/dev/null || :
	fi
}

main() {
	# Else zsh splits no words, and runs the trap for EXIT at the end of a function.
	if [ -n "${ZSH_VERSION-}" ]; then emulate sh; fi
	set -eu
	umask 022
	# What other programs say is compared with texts below.
	LC_ALL=C
	export LC_ALL
	verbosity=1
	set_colours
	if [ $# -ne "$argument_count" ]; then fail "this script arrived cut short: download it again"; fi
	read_options "$@"
	need_commands
	check_environment
	check_base
	set_block_texts
	if [ -n "$uninstall" ]; then uninstall; else install; fi
}

# A cut in the last line could leave its options off.
argument_count=$#
main "$@"
