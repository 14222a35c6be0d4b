/**
 * Builds `dist/dynamic-mcp` for this machine, twice: the first binary is run the way clients start it, to record
 * which functions a start uses; the second has their bytecode together at its front, and starts faster.
 */
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

const project = join(import.meta.dir, "..");

async function build(outfile: string, bytecodeOrder: string | undefined): Promise<void> {
	await Bun.build({
		entrypoints: [join(project, "src", "main.ts")],
		target: "bun",
		format: "esm",
		minify: true,
		// Embedded in the binary; the files that are written as well stay behind in the build folder.
		sourcemap: "linked",
		bytecode: true,
		// Commands that are not run are not even loaded.
		splitting: true,
		compile: {
			outfile,
			// A proxy that fills in ${VAR} and starts programs must not take either from the folder it is started in.
			autoloadDotenv: false,
			autoloadBunfig: false,
			// The start runs everything once: compiling it would only delay it. `compose.ts` goes back to the normal policy.
			jitPolicy: 8,
			...(bytecodeOrder === undefined ? {} : { bytecodeOrder }),
		},
	});
}

/** Runs the binary as a client that lists the tools of ten groups and goes. */
async function recordStart(binary: string, folder: string): Promise<string> {
	const order = join(folder, "start.order");
	const config = join(folder, "config.json");
	const servers = Array.from({ length: 10 }, (_, index) => [
		`server-${index}`,
		{ description: "Reads and writes things", command: "server", args: ["--verbose"], env: { KEY: "value" } },
	]);
	await writeFile(config, JSON.stringify({ mcpServers: Object.fromEntries(servers) }));
	const clientInfo = { name: "build", version: "0" };
	const messages = [
		{ id: 1, method: "initialize", params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo } },
		{ method: "notifications/initialized" },
		{ id: 2, method: "tools/list" },
	];
	const input = messages.map((message) => `${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`).join("");
	const run = Bun.spawn([binary, config], {
		stdin: new Blob([input]),
		stdout: "ignore",
		env: { ...process.env, BUN_BYTECODE_ORDER_OUT: order },
	});
	if ((await run.exited) !== 0) throw new Error(`the first build does not run: exit code ${run.exitCode}`);
	return order;
}

const dist = join(project, "dist");
await mkdir(dist, { recursive: true });
const folder = await mkdtemp(join(dist, "build-"));
const binary = join(dist, "dynamic-mcp");
try {
	const built = join(folder, "dynamic-mcp");
	await build(built, undefined);
	await build(built, await recordStart(built, folder));
	// Whoever runs the binary meanwhile keeps the one it has.
	await rename(built, binary);
} finally {
	await rm(folder, { recursive: true });
}
await Bun.write(Bun.stdout, `built ${binary} (${(Bun.file(binary).size / 2 ** 20).toFixed(1)} MB)\n`);
