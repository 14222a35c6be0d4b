/** The demo's client: starts a program and speaks MCP with it over its stdin and stdout, as every client does. */
import { systemClock } from "../../base/clock.ts";
import { isObject } from "../../base/objects.ts";
import { ask, createLink, type Link } from "../../protocol/link.ts";
import { methods } from "../../protocol/mcp.ts";
import { shakeHands } from "../../upstream/handshake.ts";
import { openProcess } from "../../upstream/stdio.ts";

export interface Peer extends AsyncDisposable {
	/** The result of `tools/list`. */
	listTools(): Promise<Record<string, unknown>>;
	/** The text of a tool's result. */
	callTool(name: string, args: Record<string, unknown>): Promise<string>;
}

const timeoutMs = 10_000;

/** Starts this very program with other arguments. */
export async function openPeer(name: string, args: readonly string[], env = process.env): Promise<Peer> {
	const [command, ...own] = ourCommand();
	const spec = { group: name, command, args: [...own, ...args], env, cwd: undefined };
	const link = createLink({
		clock: systemClock,
		open: (receive) => openProcess(spec, { clock: systemClock, receive, onStderr: (line) => line }),
		onRequest: () => {},
		onNotification: () => {},
		onUnexpected: () => {},
		acceptsBatches: () => false,
	});
	const clientInfo = { name: "demo", version: "1" };
	await shakeHands(link, { group: name, clientInfo, capabilities: "{}", timeoutMs, limitMs: timeoutMs });
	return {
		listTools: () => request(link, methods.toolsList, {}),
		async callTool(tool, toolArgs) {
			const { content } = await request(link, methods.toolsCall, { name: tool, arguments: toolArgs });
			const first: unknown = Array.isArray(content) ? content[0] : undefined;
			return isObject(first) ? String(first["text"]) : "";
		},
		async [Symbol.asyncDispose]() {
			await link.close();
		},
	};
}

/** The built binary, or Bun with the entry file when run from source. */
function ourCommand(): readonly [string, ...string[]] {
	return Bun.isStandaloneExecutable ? [process.execPath] : [process.execPath, Bun.main];
}

async function request(link: Link, method: string, params: unknown): Promise<Record<string, unknown>> {
	const outcome = await ask(link, { method, params: JSON.stringify(params), timeoutMs });
	if (outcome.kind === "reply" && isObject(outcome.reply.result)) return outcome.reply.result;
	const found = outcome.kind === "reply" ? (outcome.reply.error?.message ?? "no object") : outcome.kind;
	throw new Error(`the demo's ${method} failed: ${found}`);
}
