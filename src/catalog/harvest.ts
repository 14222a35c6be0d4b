/** Reads what a server offers, all pages of it. */
import { UpstreamError } from "../base/errors.ts";
import type { Connection } from "../protocol/connection.ts";
import { isObject, type Reply } from "../protocol/jsonrpc.ts";
import { ask } from "../protocol/link.ts";
import { methods, type Tool } from "../protocol/mcp.ts";

export interface HarvestOptions {
	readonly group: string;
	/** For each page. */
	readonly timeoutMs: number;
}

/** A server that pages for ever must end somewhere; no real one comes near. */
const maxPages = 1000;

/**
 * All tools in the server's order; of a name listed twice the first counts. Throws `UpstreamError` (phase `list`,
 * `timeout` or `exit`) when the list cannot be had, except from a server that never announced tools: that one has none.
 */
export async function harvestTools(connection: Connection, options: HarvestOptions): Promise<readonly Tool[]> {
	const tools = new Map<string, Tool>();
	const cursors = new Set<string>();
	let cursor: string | undefined;
	for (let page = 0; page < maxPages; page++) {
		const result = await readPage(connection, cursor, options);
		if (result === undefined) break;
		for (const tool of Array.isArray(result["tools"]) ? result["tools"] : []) {
			if (isTool(tool) && !tools.has(tool.name)) tools.set(tool.name, tool);
		}
		const next = result["nextCursor"];
		// A cursor seen before would lead round in a circle.
		if (typeof next !== "string" || cursors.has(next)) break;
		cursors.add(next);
		cursor = next;
	}
	return [...tools.values()];
}

async function readPage(
	{ link, capabilities }: Connection,
	cursor: string | undefined,
	{ group, timeoutMs }: HarvestOptions,
): Promise<Record<string, unknown> | undefined> {
	const params = cursor === undefined ? undefined : JSON.stringify({ cursor });
	const request = { method: methods.toolsList, timeoutMs, ...(params === undefined ? {} : { params }) };
	const outcome = await ask(link, request);
	switch (outcome.kind) {
		case "reply":
			// Some servers have tools without saying so: they are asked, and a refusal is no failure.
			return outcome.reply.error !== undefined && capabilities["tools"] === undefined
				? undefined
				: readResult(group, outcome.reply);
		case "timeout":
			throw new UpstreamError(group, "timeout", `no answer to tools/list within ${timeoutMs / 1000} s`);
		case "closed":
			throw new UpstreamError(group, "exit", outcome.reason.detail, { lastWords: outcome.reason.lastWords });
		case "cancelled":
			throw new UpstreamError(group, "list", outcome.reason);
		default:
			return outcome satisfies never;
	}
}

function readResult(group: string, { result, error }: Reply): Record<string, unknown> {
	if (error !== undefined) {
		throw new UpstreamError(group, "list", `it answered tools/list with an error: ${error.message} (${error.code})`);
	}
	if (isObject(result)) return result;
	throw new UpstreamError(group, "list", "its answer to tools/list is not an object");
}

function isTool(value: unknown): value is Tool {
	return isObject(value) && typeof value["name"] === "string";
}
