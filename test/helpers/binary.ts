/** The built program under test. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";

/** Absolute; `DYNAMIC_MCP_BINARY` names another than the one `bun run build` makes. */
export function binaryPath(): string {
	const path = resolve(process.env["DYNAMIC_MCP_BINARY"] ?? `${import.meta.dir}/../../dist/dynamic-mcp`);
	if (!existsSync(path)) throw new Error(`${path} does not exist: run \`bun run build\` first`);
	return path;
}

/** What a program needs to run, and nothing of the environment of whoever runs the tests. */
export function cleanEnvironment(home: string, more: Record<string, string> = {}): Record<string, string> {
	return { PATH: process.env["PATH"] ?? "/usr/bin:/bin", HOME: home, ...more };
}
