/** The platforms a release is built for. `install.sh`, `install.ps1` and `dynamic-mcp upgrade` know them by these names. */

export interface Target {
	/** As in the archive's name and in what `--version` prints. */
	readonly name: string;
	readonly bun: Bun.Build.CompileTarget;
	readonly format: "elf" | "mach-o" | "pe";
	readonly machine: "x86_64" | "aarch64";
	/** The C library of a Linux build. */
	readonly libc?: "glibc" | "musl";
	/** Not built unless asked for, by `--all` or by name. */
	readonly isExtra?: true;
}

export const targets: readonly Target[] = [
	{ name: "linux-x86_64", bun: "bun-linux-x64", format: "elf", machine: "x86_64", libc: "glibc" },
	{ name: "linux-x86_64-musl", bun: "bun-linux-x64-musl", format: "elf", machine: "x86_64", libc: "musl" },
	{ name: "macos-x86_64", bun: "bun-darwin-x64", format: "mach-o", machine: "x86_64" },
	{ name: "macos-aarch64", bun: "bun-darwin-arm64", format: "mach-o", machine: "aarch64" },
	{ name: "windows-x86_64", bun: "bun-windows-x64", format: "pe", machine: "x86_64" },
	{ name: "linux-aarch64", bun: "bun-linux-arm64", format: "elf", machine: "aarch64", libc: "glibc", isExtra: true },
	{
		name: "linux-aarch64-musl",
		bun: "bun-linux-arm64-musl",
		format: "elf",
		machine: "aarch64",
		libc: "musl",
		isExtra: true,
	},
	{ name: "windows-aarch64", bun: "bun-windows-arm64", format: "pe", machine: "aarch64", isExtra: true },
];

/** The release's file for a target: `dynamic-mcp-linux-x86_64.tar.gz`. */
export function archiveName({ name, format }: Target): string {
	return `dynamic-mcp-${name}.${format === "pe" ? "zip" : "tar.gz"}`;
}

/** The program's name inside the archive. */
export function executableName({ format }: Target): string {
	return format === "pe" ? "dynamic-mcp.exe" : "dynamic-mcp";
}

/** The target of the machine this runs on; throws where there is none. */
export function nativeTarget(): Target {
	const os = { linux: "linux", darwin: "macos", win32: "windows" }[process.platform as string];
	const machine = { x64: "x86_64", arm64: "aarch64" }[process.arch as string];
	const libc = process.platform === "linux" && isMusl() ? "-musl" : "";
	const found = targets.find(({ name }) => name === `${os}-${machine}${libc}`);
	if (found === undefined) throw new Error(`there is no target for ${process.platform} on ${process.arch}`);
	return found;
}

/** glibc names itself in the header of a process's report; musl does not. */
function isMusl(): boolean {
	const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
	return header?.glibcVersionRuntime === undefined;
}
