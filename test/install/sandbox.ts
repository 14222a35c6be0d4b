/** A home folder and a host of releases, and runs of `install.sh` between them, by one of the shells it is for. */
import { describe } from "bun:test";
import { existsSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";

import { nativeTarget } from "../../scripts/release/targets.ts";
import { openReleaseHost, programOf, type ReleaseHost } from "../helpers/release-host.ts";
import { openTempDir, type TempDir } from "../helpers/temp-dir.ts";
import { hasTools, toolPath } from "../helpers/tools.ts";

export const script = resolve(import.meta.dir, "../../install.sh");
export const target = nativeTarget().name;
export const archive = `dynamic-mcp-${target}.tar.gz`;

export type Shell = readonly [program: string, ...args: string[]];

export const shells: readonly Shell[] = [["dash"], ["bash"], ["busybox", "ash"]];

/** The same tests under each shell; one that is not on this machine shows as skipped. */
export function describeInShells(title: string, body: (shell: Shell) => void): void {
	for (const shell of shells) {
		describe.skipIf(!hasTools(shell[0]))(`${title}, in ${shell.join(" ")}`, () => body(shell));
	}
}

/** The words that start a shell. */
export function shellCommand([program, ...args]: Shell): string[] {
	return [toolPath(program), ...args];
}

export interface Outcome {
	code: number | null;
	stdout: string;
	stderr: string;
}

/** On top of what every run gets: HOME, PATH and the address of the releases. */
export type Environment = Record<string, string>;

export interface Sandbox extends AsyncDisposable {
	/** What HOME is. */
	readonly home: TempDir;
	/** The folder things are installed to when nobody says anything. */
	readonly bin: string;
	readonly host: ReleaseHost;
	/** Runs the installer to its end, in a session without a terminal. */
	install(args?: readonly string[], env?: Environment): Promise<Outcome>;
	/** The same, for those who want to act while it runs. */
	start(args?: readonly string[], env?: Environment): { pid: number; outcome: Promise<Outcome> };
	/** What the installed program says to `--version`. */
	version(): string;
	/** Every file, link and folder of the home, as paths from it. */
	files(): string[];
	/** The text of a file of the home. */
	read(name: string): string;
	receipt(): unknown;
}

/** With the releases 1.0.0 and 1.1.0. */
export async function openSandbox(shell: Shell): Promise<Sandbox> {
	await using stack = new AsyncDisposableStack();
	const home = stack.use(openTempDir());
	const host = stack.use(openReleaseHost());
	await host.publish("1.0.0", programOf("1.0.0"));
	await host.publish("1.1.0", programOf("1.1.0"));
	const bin = join(home.path, ".local/bin");

	const start: Sandbox["start"] = (args = [], env = {}) => {
		const child = Bun.spawn([...shellCommand(shell), script, ...args], {
			cwd: home.path,
			// The shell is one whose start file is nobody's business. Without any, bash would name the account's.
			env: {
				HOME: home.path,
				PATH: "/usr/bin:/bin",
				SHELL: "/bin/tcsh",
				DYNAMIC_MCP_DOWNLOAD_BASE_URL: host.base,
				...env,
			},
			stdin: "ignore",
			stdout: "pipe",
			stderr: "pipe",
			// Without a terminal that it could ask at, even where the tests have one.
			detached: true,
		});
		const outcome = Promise.all([child.stdout.text(), child.stderr.text(), child.exited]).then(([stdout, stderr]) => ({
			code: child.exitCode,
			stdout,
			stderr,
		}));
		return { pid: child.pid, outcome };
	};

	const rest = stack.move();
	return {
		home,
		bin,
		host,
		start,
		install: (args, env) => start(args, env).outcome,
		version: () =>
			Bun.spawnSync([join(bin, "dynamic-mcp"), "--version"])
				.stdout.toString()
				.trim(),
		files: () => readdirSync(home.path, { recursive: true, encoding: "utf8" }).sort(),
		read: (name) => readFileSync(join(home.path, name), "utf8"),
		receipt: () => JSON.parse(readFileSync(join(home.path, ".dynamic-mcp/install.json"), "utf8")) as unknown,
		[Symbol.asyncDispose]: () => rest.disposeAsync(),
	};
}

/** What `files` says after an installation into an empty home. */
export const installedFiles = [
	".dynamic-mcp",
	".dynamic-mcp/install.json",
	".local",
	".local/bin",
	".local/bin/dmcp",
	".local/bin/dynamic-mcp",
];

/** Everything the installer and the programs it runs may use, but for what downloads and what makes checksums. */
const plainCommands = (
	"cat chmod cp cut dirname getconf grep gzip head id ldd ln ls mkdir mktemp mv readlink rm rmdir sed sh sleep tail " +
	"tar tr uname wc"
).split(" ");

/**
 * A PATH with these commands on top of the plain ones, and nothing else. A text is a shell script to take the place of
 * what the machine has, as `{ uname: "echo FreeBSD" }`; `busybox` says whose program it is.
 */
export function pathOf(folder: TempDir, commands: Readonly<Record<string, "own" | "busybox" | (string & {})>>): string {
	const own = plainCommands.filter((name) => Bun.which(name) !== null).map((name) => [name, "own"] as const);
	for (const [name, what] of Object.entries({ ...Object.fromEntries(own), ...commands })) {
		const path = join(folder.path, "path", name);
		if (what !== "own" && what !== "busybox") {
			folder.write(`path/${name}`, `#!/bin/sh\n${what}\n`, 0o755);
			continue;
		}
		if (!existsSync(join(folder.path, "path"))) folder.write("path/.keep", "");
		symlinkSync(toolPath(what === "own" ? name : "busybox"), path);
	}
	return join(folder.path, "path");
}
