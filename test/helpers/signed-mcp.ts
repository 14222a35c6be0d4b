/** An MCP server at a URL that serves only who has signed in, and its authorization server, in the test's own process. */
import { resolve } from "node:path";

import {
	type AuthorizationScript,
	type AuthorizationServer,
	type SeenRequest,
	startAuthorizationServer,
} from "./authorization-server.ts";

export interface SignedMcp extends AuthorizationServer {
	/** The calls of its tool that it has carried out, each with who asked. */
	readonly calls: readonly (string | null)[];
	/** What the next call of a tool is refused with, once, whoever asks. */
	refuseNextCall(status: number, challenge: string): void;
}

/** It has one tool, `work`, that answers "done". */
export async function startSignedMcp(script: AuthorizationScript = {}): Promise<SignedMcp> {
	const server = await startAuthorizationServer(script);
	const calls: (string | null)[] = [];
	let refusal: Response | undefined;

	function serve({ method, headers, json }: SeenRequest): Response | undefined {
		const authorization = headers.get("authorization");
		// As usual, which is a refusal.
		if (!server.takes(authorization ?? undefined)) return undefined;
		if (method !== "POST") return new Response(null, { status: 405 });
		if (json["id"] === undefined) return new Response(null, { status: 202 });
		if (json["method"] === "tools/call" && refusal !== undefined) {
			const own = refusal;
			refusal = undefined;
			return own;
		}
		if (json["method"] === "tools/call") calls.push(authorization);
		return Response.json({ jsonrpc: "2.0", id: json["id"], result: resultOf(String(json["method"])) });
	}

	server.on["/mcp"] = serve;
	return Object.assign(server, {
		calls,
		refuseNextCall(status: number, challenge: string) {
			refusal = new Response("", { status, headers: { "www-authenticate": challenge } });
		},
	});
}

/** What an MCP server with one tool, `work`, that answers "done", has to say. */
export function resultOf(method: string): object {
	switch (method) {
		case "initialize":
			return { protocolVersion: "2025-11-25", capabilities: { tools: {} }, serverInfo: { name: "it", version: "1" } };
		case "tools/list":
			return { tools: [{ name: "work", inputSchema: { type: "object" } }] };
		default:
			return { content: [{ type: "text", text: "done" }] };
	}
}

/** What makes a program open the browser of `test/fixtures/browser.ts`, where it opens one at all. */
export function withBrowser(): Record<string, string> {
	const fixture = resolve(import.meta.dir, "../fixtures/browser.ts");
	return { BROWSER: `"${process.execPath}" "${fixture}" %s`, DYNAMIC_MCP_NO_BROWSER: "" };
}
