/** The platforms a release is built for. `install.sh`, `install.ps1` and `dynamic-mcp upgrade` know them by these names. */

export interface Target {
	/** As in the archive's name and in what `--version` prints. */
	readonly name: string;
	readonly bun: Bun.Build.CompileTarget;
	/** Of the Bun executable that is embedded: that of `packageManager` in package.json. */
	readonly runtimeSha256: string;
	readonly format: "elf" | "mach-o" | "pe";
	readonly machine: "x86_64" | "aarch64";
	/** The C library of a Linux build. */
	readonly libc?: "glibc" | "musl";
	/** Not built unless asked for, by `--all` or by name. */
	readonly isExtra?: true;
}

export const targets: readonly Target[] = [
	{
		name: "linux-x86_64",
		bun: "bun-linux-x64",
		runtimeSha256: "f05d28a3862f4b84395c7fa32480b835dd47482e80b7e7a49a115227f0c06083",
		format: "elf",
		machine: "x86_64",
		libc: "glibc",
	},
	{
		name: "linux-x86_64-musl",
		bun: "bun-linux-x64-musl",
		runtimeSha256: "cf5d285ddbe256785a5121a3c113191a6b577504976374c7cfd5aedca609b720",
		format: "elf",
		machine: "x86_64",
		libc: "musl",
	},
	{
		name: "macos-x86_64",
		bun: "bun-darwin-x64",
		runtimeSha256: "88f97645b270aef20f9f9442f1658461cab3e7128e658af4615144e3396f084a",
		format: "mach-o",
		machine: "x86_64",
	},
	{
		name: "macos-aarch64",
		bun: "bun-darwin-arm64",
		runtimeSha256: "e2984124f1514e1e6bbda20adedbf07a02c443c6a5828853a15c7c7abf78e19f",
		format: "mach-o",
		machine: "aarch64",
	},
	{
		name: "windows-x86_64",
		bun: "bun-windows-x64",
		runtimeSha256: "e06ad0864463c68892ae71a2a64af7eae1585cac5dd9b80bc042f45605587cb1",
		format: "pe",
		machine: "x86_64",
	},
	{
		name: "linux-aarch64",
		bun: "bun-linux-arm64",
		runtimeSha256: "04778f1f42399a69d086853e9c7af4acf574b2f21a43d0dc673853d8b84a2923",
		format: "elf",
		machine: "aarch64",
		libc: "glibc",
		isExtra: true,
	},
	{
		name: "linux-aarch64-musl",
		bun: "bun-linux-arm64-musl",
		runtimeSha256: "9c48986093073afec8b76a3e285303598dd2462f52748aecb65e4d94866e1ea3",
		format: "elf",
		machine: "aarch64",
		libc: "musl",
		isExtra: true,
	},
	{
		name: "windows-aarch64",
		bun: "bun-windows-arm64",
		runtimeSha256: "8bd7f9210f9d58cc21f398d1478e53b2ff919a0c8fc935b5086f3f64667cec6d",
		format: "pe",
		machine: "aarch64",
		isExtra: true,
	},
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
