/** Reads what a server offers, all pages of it. */
import { UpstreamError, type UpstreamPhase } from "../base/errors.ts";
import { isObject } from "../base/objects.ts";
import type { Remedy } from "../protocol/channel.ts";
import type { Connection } from "../protocol/connection.ts";
import type { Reply } from "../protocol/jsonrpc.ts";
import { ask } from "../protocol/link.ts";
import { methods, type Tool } from "../protocol/mcp.ts";
import type { Offer } from "./offer.ts";

export interface HarvestOptions {
	readonly group: string;
	/** For each page. */
	readonly timeoutMs: number;
}

/** One of the lists a server may have. */
interface Listing {
	readonly method: string;
	/** Where a page has its items. */
	readonly field: string;
	/** What a server with such a list announces. */
	readonly capability: string;
}

const listings = {
	tools: { method: methods.toolsList, field: "tools", capability: "tools" },
	prompts: { method: methods.promptsList, field: "prompts", capability: "prompts" },
	resources: { method: methods.resourcesList, field: "resources", capability: "resources" },
	resourceTemplates: {
		method: methods.resourceTemplatesList,
		field: "resourceTemplates",
		capability: "resources",
	},
	tasks: { method: methods.tasksList, field: "tasks", capability: "tasks" },
} as const satisfies Record<string, Listing>;

/** A server that pages for ever must end somewhere; no real one comes near. */
const maxPages = 1000;

/**
 * Everything the server offers, its lists read at the same time; `tools` when they are being read already. Throws as
 * `harvestTools` does. Any other list that cannot be had is undefined, and empty when the server never announced it.
 */
export async function harvest(
	connection: Connection,
	options: HarvestOptions,
	tools: Promise<readonly Tool[]> = harvestTools(connection, options),
): Promise<Offer> {
	const [ownTools, prompts, resources, resourceTemplates] = await Promise.all([
		tools,
		readIfAnnounced(connection, listings.prompts, options),
		readIfAnnounced(connection, listings.resources, options),
		readIfAnnounced(connection, listings.resourceTemplates, options),
	]);
	const { instructions, serverInfo, protocolVersion, capabilities } = connection;
	const facts = { instructions, serverInfo, protocolVersion, capabilities };
	return { tools: ownTools, prompts, resources, resourceTemplates, ...facts };
}

/**
 * All tools in the server's order; of a name listed twice the first counts. Throws `UpstreamError` (phase `list`, `sign-in`,
 * `timeout`, `lost` or `exit`) when the list cannot be had, except from a server that never announced tools: that one has none.
 */
export async function harvestTools(connection: Connection, options: HarvestOptions): Promise<readonly Tool[]> {
	const tools = new Map<string, Tool>();
	for (const tool of await readItems(connection, listings.tools, options)) {
		if (isTool(tool) && !tools.has(tool.name)) tools.set(tool.name, tool);
	}
	return [...tools.values()];
}

/** The lists that a server may have besides its tools. */
export type ListName = Exclude<keyof typeof listings, "tools">;

/** One of the server's lists as it is now, empty when it never announced any. Throws as `harvestTools` does. */
export async function harvestList(
	connection: Connection,
	list: ListName,
	options: HarvestOptions,
): Promise<readonly unknown[]> {
	const listing = listings[list];
	return connection.capabilities[listing.capability] === undefined ? [] : readItems(connection, listing, options);
}

/** Whether a catalog can have it as a tool, whatever else is in it. */
export function isTool(value: unknown): value is Tool {
	return isObject(value) && typeof value["name"] === "string";
}

async function readIfAnnounced(connection: Connection, listing: Listing, options: HarvestOptions) {
	if (connection.capabilities[listing.capability] === undefined) return [];
	try {
		return await readItems(connection, listing, options);
	} catch {
		// The caller sees that the list is not known. What ails the server shows with its tools, if it ails those.
		return undefined;
	}
}

/** The items of all pages in the server's order, whatever they are. */
async function readItems(connection: Connection, listing: Listing, options: HarvestOptions): Promise<unknown[]> {
	const items: unknown[] = [];
	const cursors = new Set<string>();
	let cursor: string | undefined;
	for (let page = 0; page < maxPages; page++) {
		const result = await readPage(connection, listing, cursor, options);
		if (result === undefined) break;
		const found = result[listing.field];
		if (Array.isArray(found)) for (const item of found) items.push(item);
		const next = result["nextCursor"];
		// A cursor seen before would lead round in a circle.
		if (typeof next !== "string" || cursors.has(next)) break;
		cursors.add(next);
		cursor = next;
	}
	return items;
}

async function readPage(
	{ link, capabilities }: Connection,
	{ method, capability }: Listing,
	cursor: string | undefined,
	{ group, timeoutMs }: HarvestOptions,
): Promise<Record<string, unknown> | undefined> {
	const params = cursor === undefined ? undefined : JSON.stringify({ cursor });
	const outcome = await ask(link, { method, timeoutMs, ...(params === undefined ? {} : { params }) });
	switch (outcome.kind) {
		case "reply":
			// Some servers have tools without saying so: they are asked, and a refusal is no failure.
			return outcome.reply.error !== undefined && capabilities[capability] === undefined
				? undefined
				: readResult(group, method, outcome.reply);
		case "timeout":
			throw new UpstreamError(group, "timeout", `no answer to ${method} within ${timeoutMs / 1000} s`);
		case "closed":
			throw new UpstreamError(group, "exit", outcome.reason.detail, { lastWords: outcome.reason.lastWords });
		case "unanswered":
			throw new UpstreamError(group, phases[outcome.remedy], outcome.problem);
		case "cancelled":
			throw new UpstreamError(group, "list", outcome.reason);
		default:
			return outcome satisfies never;
	}
}

function readResult(group: string, method: string, { result, error }: Reply): Record<string, unknown> {
	if (error !== undefined) {
		throw new UpstreamError(group, "list", `it answered ${method} with an error: ${error.message} (${error.code})`);
	}
	if (isObject(result)) return result;
	throw new UpstreamError(group, "list", `its answer to ${method} is not an object`);
}

const phases: Readonly<Record<Remedy, UpstreamPhase>> = {
	repeat: "lost",
	"sign in": "sign-in",
	wait: "list",
	change: "list",
};
