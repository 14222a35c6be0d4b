/** What the conformance suite is given the URL of, as processes of their own. */
import { resolve } from "node:path";

import { binaryPath, cleanEnvironment } from "../helpers/binary.ts";
import { goodTextOf } from "../helpers/messages.ts";
import { killAll, processesWithEnvironment } from "../helpers/processes.ts";
import { openProgram } from "../helpers/program.ts";
import { printConfig, startProxy } from "../helpers/proxy.ts";
import { openTempDir } from "../helpers/temp-dir.ts";

export interface Served extends AsyncDisposable {
	readonly url: string;
	/** Every line so far on stdout and stderr, its own and those of the processes it has started. */
	lines(): string[];
}

export interface Command {
	/** The program and its arguments. */
	command: readonly string[];
	/** Beside `PATH` and `HOME`. */
	env?: Record<string, string>;
}

/** The server with everything that the suite wants to see. */
const fixture = resolve(import.meta.dir, "../fixtures/conformance/server.ts");
const bridge = resolve(import.meta.dir, "bridge.ts");

/** The program's name for the server. */
const group = "suite";

/** Plenty, for a machine that starts many at a time. */
const startMs = 15_000;

/** The server itself, as it is reached without anything in front of it. */
export function startFixture(): Promise<Served> {
	return serve({ command: [process.execPath, fixture, "http"] });
}

/** Any server on stdin and stdout: a process for each session. */
export function startBridge({ command, ...more }: Command): Promise<Served> {
	return serve({ command: [process.execPath, bridge, ...command], ...more });
}

export async function startBridgedFixture(): Promise<Served> {
	await using stack = new AsyncDisposableStack();
	const { command, args } = await buildFixture(stack.use(openTempDir()).path);
	return owning(stack, stack.use(await startBridge({ command: [command, ...args] })));
}

/**
 * The built program, the only group of which is the server. It shows the server's tools as its own, and they are called
 * as such, or through `call_dynamic_tool`.
 */
export async function startBridgedProxy(reachedBy: "stdio" | "url", calledAs: "own" | "dynamic"): Promise<Served> {
	await using stack = new AsyncDisposableStack();
	const directory = stack.use(openTempDir());
	const entry =
		reachedBy === "stdio" ? await buildFixture(directory.path) : { url: stack.use(await startFixture()).url };
	const servers = { [group]: { ...entry, expose: "direct" } };
	const settings = { prefix: false };
	const cacheDir = `${directory.path}/cache`;
	await rememberOffer({ servers, settings, cacheDir });
	const config = directory.write("dynamic-mcp.json", printConfig(servers, settings));
	const env = { DYNAMIC_MCP_CACHE_DIR: cacheDir, ...(calledAs === "dynamic" ? { CALLED_GROUP: group } : {}) };
	return owning(stack, stack.use(await startBridge({ command: [binaryPath(), config], env })));
}

/** Every session starts the server: as one file with its bytecode it is there in half the time. */
async function buildFixture(outdir: string): Promise<{ command: string; args: string[] }> {
	await Bun.build({ entrypoints: [fixture], outdir, target: "bun", format: "cjs", bytecode: true });
	return { command: process.execPath, args: [`${outdir}/server.js`, "stdio"] };
}

/** The program lists the tools that it remembers of its groups, and does not wait for those that it has yet to learn. */
async function rememberOffer(options: Parameters<typeof startProxy>[0]): Promise<void> {
	await using proxy = await startProxy(options);
	goodTextOf(await proxy.discover(group));
	await proxy.closeStdin();
	await proxy.exited;
}

async function serve({ command, env = {} }: Command): Promise<Served> {
	await using stack = new AsyncDisposableStack();
	const cwd = stack.use(openTempDir()).path;
	// Not even what the command has left behind survives: its home is nobody else's.
	stack.defer(() => killAll(() => processesWithEnvironment("HOME", cwd)));
	const program = stack.use(openProgram({ command, cwd, env: cleanEnvironment(cwd, env) }));
	const port = await program.nextLine(/^\d+$/, startMs);
	return owning(stack, { url: `http://127.0.0.1:${port}/mcp`, lines: () => program.lines() });
}

/** Takes what is on the stack with it when it ends. */
function owning(stack: AsyncDisposableStack, { url, lines }: Pick<Served, "url" | "lines">): Served {
	const all = stack.move();
	return { url, lines, [Symbol.asyncDispose]: () => all.disposeAsync() };
}
