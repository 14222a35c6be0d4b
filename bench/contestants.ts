/** Who is measured, and how each one is started and called. */
import { existsSync } from "node:fs";
import { join } from "node:path";

import type { Workspace } from "./workspace.ts";

export type ContestantKey =
	| "direct"
	| "exposed"
	| "by-group"
	| "empty"
	| "dynamic-mcp"
	| "sdk-proxy"
	| "modular-mcp"
	| "dmcp"
	| "fetch"
	| "sdk-client"
	| "substring"
	| "bm25"
	| "counting";

export type Contestant = {
	key: ContestantKey;
	label: string;
	/** `caller`: makes the calls itself, when it is asked to. */
	kind: "echo" | "empty" | "proxy" | "caller";
	/** Why it cannot take part. */
	absent?: string;
	/** Its argv, with the config file if it reads one; of a caller, with the URL of its server. */
	command: (configPathOrUrl: string) => string[];
	/** The params of a `tools/call` that reach a tool of a group, by default `echo`; nothing for `empty`. */
	call: (tool: string, args: object, group?: string) => object;
	/** The tool that shows what a group offers; only proxies have one. */
	discoveryTool?: string;
	/** So slow that fewer requests must do: never more at once than one, or few only where time is short. */
	slow?: "one at a time" | "in short runs";
};

const root = join(import.meta.dir, "..");

export function listContestants(serverPath: Workspace["serverPath"]): Contestant[] {
	const direct = serverPath("direct");
	const empty = serverPath("empty");
	const sdkProxy = serverPath("sdk-proxy");
	return [
		{ key: "direct", label: "direct", kind: "echo", command: () => [direct], call: asIs },
		{ key: "empty", label: "empty", kind: "empty", command: () => [empty], call: asIs },
		dynamicMcp(),
		{
			key: "sdk-proxy",
			label: "sdk-proxy",
			kind: "proxy",
			command: (configPath) => [sdkProxy, configPath],
			call: throughMetaTool("call_dynamic_tool"),
			discoveryTool: "get_dynamic_tools",
		},
		modularMcp(),
		rustOriginal(),
	];
}

/** Those who call a server at a URL: two that do nothing else, and dynamic-mcp in between its client and the server. */
export function listHttpContestants(serverPath: Workspace["serverPath"]): Contestant[] {
	const caller = (key: ContestantKey, label: string, program: string): Contestant => ({
		key,
		label,
		kind: "caller",
		command: (url) => [program, url],
		call: asIs,
	});
	return [
		caller("fetch", "plain fetch", serverPath("fetch-calls")),
		caller("sdk-client", "SDK's client", serverPath("sdk-calls")),
		dynamicMcp(),
	];
}

function dynamicMcp(): Contestant {
	const binary = process.env["DYNAMIC_MCP_BINARY"] ?? join(root, "dist/dynamic-mcp");
	return {
		key: "dynamic-mcp",
		label: "dynamic-mcp",
		kind: "proxy",
		command: (configPath) => [binary, configPath],
		call: throughMetaTool("call_dynamic_tool"),
		discoveryTool: "get_dynamic_tools",
		...(existsSync(binary) ? {} : { absent: `${binary} does not exist: bun run build` }),
	};
}

function modularMcp(): Contestant {
	const script = join(root, "node_modules/@kimuson/modular-mcp/dist/index.js");
	const node = Bun.which("node");
	return {
		key: "modular-mcp",
		label: "modular-mcp",
		kind: "proxy",
		command: (configPath) => [node ?? "node", script, configPath],
		call: throughMetaTool("call-modular-tool"),
		discoveryTool: "get-modular-tools",
		slow: "in short runs",
		...(node === null ? { absent: "node is not on PATH" } : {}),
	};
}

function rustOriginal(): Contestant {
	const binary = process.env["DMCP"] ?? Bun.which("dmcp");
	const version = binary === null ? undefined : versionOf(binary);
	return {
		key: "dmcp",
		label: `dmcp ${version ?? "1.5.0"}`,
		kind: "proxy",
		command: (configPath) => [binary ?? "dmcp", configPath],
		call: throughMetaTool("call_dynamic_tool"),
		discoveryTool: "get_dynamic_tools",
		slow: "one at a time",
		...(version === undefined ? { absent: "not on PATH, nor named by DMCP" } : {}),
	};
}

function versionOf(binary: string): string | undefined {
	try {
		return Bun.spawnSync([binary, "--version"]).stdout.toString().trim().split(" ").at(-1);
	} catch {
		return undefined; // not there or not a program: shown as absent
	}
}

function asIs(tool: string, args: object): object {
	return { name: tool, arguments: args };
}

function throughMetaTool(metaTool: string): Contestant["call"] {
	return (name, args, group = "echo") => ({ name: metaTool, arguments: { group, name, args } });
}
