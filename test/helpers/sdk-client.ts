/** The official SDK's client, connected to the built program or directly to a server. */
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

import { binaryPath, cleanEnvironment } from "./binary.ts";
import type { ServerEntry } from "./servers.ts";
import { openTempDir, type TempDir } from "./temp-dir.ts";

export interface SdkClient extends AsyncDisposable {
	readonly client: Client;
}

/** By default with a client that can do nothing but ask. */
export function connectToProxy(servers: Record<string, object>, client = plainClient()): Promise<SdkClient> {
	const command = binaryPath();
	return connect(client, (directory) => {
		const config = directory.write("dynamic-mcp.json", JSON.stringify({ mcpServers: servers }));
		return { command, args: [config] };
	});
}

export function connectDirectly({ command, args, env = {} }: ServerEntry, client = plainClient()): Promise<SdkClient> {
	return connect(client, () => ({ command, args, env }));
}

export function plainClient(): Client {
	return new Client({ name: "test", version: "1.0.0" });
}

interface Program {
	command: string;
	args: string[];
	env?: Record<string, string>;
}

async function connect(client: Client, describe: (directory: TempDir) => Program): Promise<SdkClient> {
	const directory = openTempDir();
	const { command, args, env } = describe(directory);
	const transport = new StdioClientTransport({
		command,
		args,
		env: cleanEnvironment(directory.path, env),
		cwd: directory.path,
		stderr: "pipe",
	});
	let stderr = "";
	transport.stderr?.on("data", (chunk: Buffer) => {
		stderr += chunk.toString();
	});
	const dispose = async () => {
		await client.close();
		await directory[Symbol.asyncDispose]();
	};
	try {
		await client.connect(transport);
	} catch (cause) {
		await dispose();
		throw new Error(`could not connect to ${command}; stderr: ${stderr.slice(-2_000)}`, { cause });
	}
	return { client, [Symbol.asyncDispose]: dispose };
}
