/** A temporary directory with the compiled servers and the configs, and the list of what runs in it. */
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { launch } from "./client.ts";
import type { Client } from "./client.ts";
import { configText } from "./config.ts";
import type { ConfigName } from "./config.ts";

export type Workspace = {
	configPath(name: ConfigName): string;
	serverPath: (name: ServerName) => string;
	/** Writes a file and returns its path. */
	write(name: string, text: string): Promise<string>;
	/** Starts a program on behalf of a contestant; it is stopped by `stopOf` or `stopAll` at the latest. */
	open(owner: string, command: string[], env?: Record<string, string>): Client;
	/** A path in it that is used for the first time. */
	freshPath(): string;
	stopOf(owner: string): Promise<void>;
	stopAll(): Promise<void>;
	remove(): Promise<void>;
};

/** `direct` is the echo upstream again, in a file of its own: processes on one file share memory, and so less PSS. */
type ServerName = "echo" | "direct" | "empty" | "sdk-proxy" | "http-echo" | "fetch-calls" | "sdk-calls";
const sources: readonly ServerName[] = ["echo", "empty", "sdk-proxy", "http-echo", "fetch-calls", "sdk-calls"];

/** Those of `scripts/build.ts`, so that only what is written in the programs makes a difference. */
const buildFlags =
	"--compile --minify --sourcemap --bytecode --format=esm --no-compile-autoload-dotenv --no-compile-autoload-bunfig";

export async function openWorkspace(): Promise<Workspace> {
	const directory = mkdtempSync(join(tmpdir(), "dynamic-mcp-bench-"));
	const running = new Map<Client, string>();
	const suffix = process.platform === "win32" ? ".exe" : "";
	let opened = 0;
	let freshPaths = 0;

	const workspace: Workspace = {
		configPath: (name) => join(directory, `${name}.json`),
		serverPath: (name) => join(directory, name + suffix),
		async write(name, text) {
			const path = join(directory, name);
			await Bun.write(path, text);
			return path;
		},
		open(owner, command, env = {}) {
			const stderrPath = join(directory, `stderr-${opened++}.log`);
			const client = launch({ command, cwd: directory, env: { ...homeIn(directory), ...env }, stderrPath });
			running.set(client, owner);
			return {
				...client,
				async stop() {
					await client.stop();
					running.delete(client);
				},
			};
		},
		freshPath: () => join(directory, `fresh-${freshPaths++}`),
		async stopOf(owner) {
			const owned = [...running].filter(([, its]) => its === owner).map(([client]) => client);
			for (const client of owned) running.delete(client);
			await Promise.all(owned.map((client) => client.stop()));
		},
		async stopAll() {
			await Promise.all([...new Set(running.values())].map((owner) => workspace.stopOf(owner)));
		},
		async remove() {
			await workspace.stopAll();
			rmSync(directory, { recursive: true, force: true });
		},
	};
	try {
		await Promise.all(sources.map((name) => compile(name, workspace.serverPath(name))));
		copyFileSync(workspace.serverPath("echo"), workspace.serverPath("direct"));
		await workspace.write("ten.json", configText("ten", workspace.serverPath("echo")));
		await workspace.write("whole.json", configText("whole", workspace.serverPath("echo")));
		await workspace.write("echo.json", configText("echo", workspace.serverPath("echo")));
	} catch (error) {
		await workspace.remove();
		throw error;
	}
	return workspace;
}

/** Caches and tokens of the user are neither used nor touched. */
function homeIn(directory: string): Record<string, string> {
	const home = join(directory, "home");
	const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
	return {
		...Object.fromEntries(inherited),
		HOME: home,
		USERPROFILE: home,
		LOCALAPPDATA: join(home, "cache"),
		XDG_CACHE_HOME: join(home, "cache"),
		XDG_CONFIG_HOME: join(home, "config"),
		XDG_STATE_HOME: join(home, "state"),
	};
}

async function compile(name: ServerName, path: string): Promise<void> {
	const source = join(import.meta.dir, "servers", `${name}.ts`);
	const build = Bun.spawn([process.execPath, "build", ...buildFlags.split(" "), "--outfile", path, source], {
		cwd: join(import.meta.dir, ".."),
		stdout: "ignore",
		stderr: "pipe",
	});
	const [code, stderr] = await Promise.all([build.exited, build.stderr.text()]);
	if (code !== 0) throw new Error(`cannot compile bench/servers/${name}.ts: ${stderr.trim()}`);
}
