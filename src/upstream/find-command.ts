/** Finds the program that a command names, as the system would that runs it. Pure: what is on the disk is asked of a probe. */

export type Environment = Readonly<Record<string, string | undefined>>;

/** What is at a path. `file`: a file that may not be executed. Windows has no such thing: there every file is `executable`. */
export type FileKind = "executable" | "file" | "directory";

export interface Surroundings {
	readonly platform: NodeJS.Platform;
	/** The environment whose PATH is searched. */
	readonly env: Environment;
	/** An absolute path. */
	readonly cwd: string;
	/** Undefined when nothing is there. */
	readonly probe: (path: string) => FileKind | undefined;
}

export type FoundCommand =
	| { readonly kind: "program"; readonly path: string }
	/** A `.cmd` or `.bat` of Windows, which only cmd.exe can run. */
	| { readonly kind: "batch"; readonly path: string }
	/** `places` are the folders of the PATH when `isOnPath`, else the path itself. */
	| { readonly kind: "missing"; readonly isOnPath: boolean; readonly places: readonly string[] }
	| { readonly kind: "not-executable"; readonly isOnPath: boolean; readonly path: string };

/**
 * A command with a slash is a path from `cwd`; any other is looked for on the PATH, never in `cwd`. That holds for empty
 * entries of a PATH, too: POSIX takes them for the working directory, but a server's working directory may be a
 * project that somebody else has written. On Windows `.com`, `.exe`, `.bat` and `.cmd` can be left out, as PATHEXT says.
 */
export function findCommand(command: string, { platform, env, cwd, probe }: Surroundings): FoundCommand {
	const isWindows = platform === "win32";
	const isOnPath = !(isWindows ? /[\\/:]/ : /\//).test(command);
	const folders = splitPath(readVariable(env, "PATH", platform) ?? "", platform).map((entry) =>
		absolute(entry, cwd, isWindows),
	);
	const bases = isOnPath
		? folders.map((folder) => join(folder, command, isWindows))
		: [absolute(command, cwd, isWindows)];
	const endings = isWindows ? windowsEndings(command, env) : [""];
	const files = bases.flatMap((base) => endings.map((ending) => `${base}${ending}`));

	const path = files.find((file) => probe(file) === "executable");
	if (path !== undefined) return { kind: isWindows && batchPattern.test(path) ? "batch" : "program", path };
	const useless = isOnPath
		? files.find((file) => probe(file) === "file")
		: bases.find((base) => probe(base) !== undefined);
	if (useless !== undefined) return { kind: "not-executable", isOnPath, path: useless };
	return { kind: "missing", isOnPath, places: isOnPath ? folders : bases };
}

/**
 * What the first line of a script (`#!…`) needs to run: `/usr/bin/env node` needs `node` on the PATH. Undefined when
 * `head`, the beginning of a file, is no script's, or when its line is too involved to tell.
 */
export function findInterpreter(
	head: string,
	surroundings: Surroundings,
): { readonly name: string; readonly found: FoundCommand } | undefined {
	const [, interpreter, rest = ""] = /^#![ \t]*(\/[^ \t\n]*)[ \t]*([^\n]*)/.exec(head) ?? [];
	if (interpreter === undefined) return undefined;
	const name = interpreter.endsWith("/env") ? searchedByEnv(rest.trim()) : interpreter;
	return name === undefined ? undefined : { name, found: findCommand(name, surroundings) };
}

/** Windows does not tell `Path` from `PATH`; of several the last one counts, as in `childEnvironment`. */
export function readVariable(env: Environment, name: string, platform: NodeJS.Platform): string | undefined {
	if (platform !== "win32") return env[name];
	return env[Object.keys(env).findLast((key) => key.toUpperCase() === name.toUpperCase()) ?? name];
}

/** A child's own environment, with what `extraPath` adds to its PATH at the end of it. */
export function childEnvironment(
	env: Environment,
	extraPath: string | undefined,
	platform: NodeJS.Platform,
): Record<string, string | undefined> {
	const byName = new Map(
		Object.entries(env).map((entry) => [platform === "win32" ? entry[0].toUpperCase() : entry[0], entry]),
	);
	if (extraPath !== undefined) {
		const [name, own = ""] = byName.get("PATH") ?? ["PATH"];
		const entries = [...splitPath(own, platform), ...splitPath(extraPath, platform)];
		byName.set("PATH", [name, Array.from(new Set(entries)).join(platform === "win32" ? ";" : ":")]);
	}
	return Object.fromEntries(byName.values());
}

/** The entries of a PATH, without the empty ones. On Windows an entry may be quoted, and then hold a semicolon. */
export function splitPath(path: string, platform: NodeJS.Platform): string[] {
	const entries = platform === "win32" ? (path.match(/(?:"[^"]*"?|[^";])+/g) ?? []) : path.split(":");
	return entries.filter((entry) => entry !== "" && entry !== '""');
}

const batchPattern = /\.(?:bat|cmd)$/i;

/** All that can be started; `PATHEXT` may name more, which are documents to be opened (`.js`, `.vbs`). */
const startable: readonly string[] = [".com", ".exe", ".bat", ".cmd"];

/** What is tried after the name, in this order. A name as it stands counts only when its own ending can be started. */
function windowsEndings(command: string, env: Environment): string[] {
	const listed = (readVariable(env, "PATHEXT", "win32") ?? "").toLowerCase().split(";");
	const chosen = listed.filter((ending) => startable.includes(ending));
	const endings = chosen.length === 0 ? [...startable] : chosen;
	return startable.some((ending) => command.toLowerCase().endsWith(ending)) ? ["", ...endings] : endings;
}

function absolute(path: string, cwd: string, isWindows: boolean): string {
	if (!isWindows) return path.startsWith("/") ? path : join(cwd, path.replace(/^(?:\.\/+)+/, ""), false);
	const bare = path.replaceAll('"', "");
	if (/^(?:[A-Za-z]:|[\\/]{2})/.test(bare)) return bare;
	// From the root of the drive that the server works on, which need not be ours.
	if (/^[\\/]/.test(bare)) return `${/^[A-Za-z]:/.exec(cwd)?.[0] ?? ""}${bare}`;
	return join(cwd, bare.replace(/^(?:\.[\\/]+)+/, ""), true);
}

function join(folder: string, name: string, isWindows: boolean): string {
	if (isWindows) return /[\\/]$/.test(folder) ? `${folder}${name}` : `${folder}\\${name}`;
	return folder.endsWith("/") ? `${folder}${name}` : `${folder}/${name}`;
}

/** The program that `env` looks for on the PATH, given its arguments in a script's first line. */
function searchedByEnv(rest: string): string | undefined {
	const splits = rest.startsWith("-S ");
	const words = (splits ? rest.slice(3) : rest).split(/[ \t]+/).filter((word) => !(splits && word.includes("=")));
	// Without -S all of the rest is one name on Linux, and several arguments on macOS.
	if (!splits && words.length > 1) return undefined;
	return words.find((word) => word !== "")?.match(/^[\w.+][\w.+-]*$/)?.[0];
}
