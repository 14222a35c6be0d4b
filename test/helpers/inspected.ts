/** A home whose config has servers of all kinds, for the commands that look inside them. */
import { expect } from "bun:test";

import { type Outcome, runCli, type RunOptions } from "./run-cli.ts";
import { fixture, officialServer } from "./servers.ts";
import { openTempDir, type TempDir } from "./temp-dir.ts";

export interface Inspected extends AsyncDisposable {
	readonly home: TempDir;
	run(args: string[], options?: RunOptions): Promise<Outcome>;
	/** Where nothing is to be said on stderr. */
	stdoutOf(args: string[], options?: RunOptions): Promise<string>;
}

export function openInspected(): Inspected {
	const home = openTempDir();
	home.write("files/a.txt", "first line\nsecond line ü🚀\n");
	const mcpServers = {
		everything: officialServer("everything"),
		files: officialServer("filesystem", `${home.path}/files`),
		memory: { ...officialServer("memory"), env: { MEMORY_FILE_PATH: `${home.path}/memory.jsonl` } },
		echo: fixture("echo", { tools: { deny: ["pid"] } }),
		slow: fixture("slow"),
		crashing: fixture("crashes-at-start"),
		missing: { description: "Not there", command: "no-such-program" },
		unset: { command: "x", args: ["${NO_SUCH_VARIABLE}"] },
		off: { command: "x", enabled: false },
		quiet: fixture("echo", { features: { tools: false } }),
	};
	home.write(".dynamic-mcp/dynamic-mcp.json", JSON.stringify({ mcpServers }));
	const run = (args: string[], options: RunOptions = {}) => runCli(args, { home: home.path, ...options });
	return {
		home,
		run,
		async stdoutOf(args, options) {
			const { code, stdout, stderr } = await run(args, options);
			expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
			return stdout;
		},
		[Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
	};
}
