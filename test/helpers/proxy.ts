/** The built program in front of the servers a test names, driven as a client would drive it. */
import { binaryPath, cleanEnvironment } from "./binary.ts";
import type { Message } from "./messages.ts";
import { openPeer, type Peer } from "./peer.ts";
import { openTempDir } from "./temp-dir.ts";

export interface ProxyOptions {
	/** The config's `mcpServers`. */
	servers?: Record<string, unknown>;
	/** The config's `settings`, beside `servers`. */
	settings?: Record<string, unknown>;
	/** The config file as it is, instead of `servers`. */
	configText?: string;
	/** The command line; by default the path of the config. */
	args?: (configPath: string) => string[];
	/** What a shell does before the program takes its place: `umask 077`. */
	shell?: string;
	/** Added to `PATH` and `HOME`. */
	env?: Record<string, string>;
	/** By default an empty directory. */
	cwd?: string;
	/** By default a fresh directory that is removed at the end. */
	home?: string;
	/** Where the catalogs are kept; by default a fresh place that is removed at the end. */
	cacheDir?: string;
	/** False: no handshake. A string: the protocol version to ask for. */
	initialize?: boolean | string;
}

export interface Proxy extends Peer {
	/** The reply to `initialize`, unless the handshake was left out. */
	readonly greeting: Message | undefined;
	readonly home: string;
	readonly cacheDir: string;
	readonly configPath: string;
	/** `call_dynamic_tool`; without `args` the field is left out. */
	callTool(group: string, name: string, args?: unknown): Promise<Message>;
	/** `get_dynamic_tools`; without a group it is left out. */
	discover(group?: string): Promise<Message>;
}

/** At the end of the scope the whole tree is killed, and stdout must have held JSON-RPC messages and nothing else. */
export async function startProxy(options: ProxyOptions = {}): Promise<Proxy> {
	const program = binaryPath();
	const directory = openTempDir();
	const home = options.home ?? directory.path;
	const cacheDir = options.cacheDir ?? `${directory.path}/cache`;
	const configPath = directory.write("config/dynamic-mcp.json", configOf(options));
	const command = [program, ...(options.args?.(configPath) ?? [configPath])];
	const shell = options.shell === undefined ? [] : ["sh", "-c", `${options.shell}; exec "$0" "$@"`];
	const peer = openPeer({
		command: [...shell, ...command],
		cwd: options.cwd ?? directory.path,
		// Where there is a browser, no test opens it by accident.
		env: cleanEnvironment(home, { DYNAMIC_MCP_CACHE_DIR: cacheDir, DYNAMIC_MCP_NO_BROWSER: "1", ...options.env }),
	});

	const dispose = async () => {
		await peer.kill();
		await directory[Symbol.asyncDispose]();
		const strangers = peer.strangers();
		if (strangers.length === 0) return;
		throw new Error(`stdout held lines that are no JSON-RPC message:\n${strangers.join("\n").slice(0, 2_000)}`);
	};

	try {
		return {
			...peer,
			greeting: options.initialize === false ? undefined : await shakeHands(peer, options.initialize),
			home,
			cacheDir,
			configPath,
			callTool: (group, name, args) => callTool(peer, "call_dynamic_tool", { group, name, args }),
			discover: (group) => callTool(peer, "get_dynamic_tools", { group }),
			[Symbol.asyncDispose]: dispose,
		};
	} catch (error) {
		await dispose().catch((more: unknown) => {
			throw new AggregateError([error, more], String(error), { cause: error });
		});
		throw error;
	}
}

/** The parameters of `initialize`, as a client without any capability sends them. */
export function initializeParams(protocolVersion = "2025-11-25"): Record<string, unknown> {
	return { protocolVersion, capabilities: {}, clientInfo: { name: "test", version: "1.0.0" } };
}

/** A tool call to the program or to any other server. */
export function callTool(peer: Peer, name: string, args: Record<string, unknown> = {}): Promise<Message> {
	return peer.request("tools/call", { name, arguments: args });
}

export async function shakeHands(peer: Peer, version: boolean | string = true): Promise<Message> {
	const asked = typeof version === "string" ? version : undefined;
	const reply = await peer.request("initialize", initializeParams(asked));
	await peer.notify("notifications/initialized");
	return reply;
}

function configOf({ servers = {}, settings, configText }: ProxyOptions): string {
	return configText ?? printConfig(servers, settings);
}

/** The text of a config file. */
export function printConfig(servers: Record<string, unknown>, settings?: Record<string, unknown>): string {
	return JSON.stringify({ settings, mcpServers: servers }, undefined, "\t");
}
