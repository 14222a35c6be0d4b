/** Asks `get_dynamic_tools` of groups that offer what a test says, without servers. */
import type { Catalog } from "../../src/catalog/catalogs.ts";
import type { Connection } from "../../src/protocol/connection.ts";
import type { RpcError } from "../../src/protocol/jsonrpc.ts";
import type { Tool } from "../../src/protocol/mcp.ts";
import { discover, overview, search } from "../../src/relay/discovery.ts";
import type { Group } from "../../src/relay/group.ts";
import type { Job } from "../../src/relay/jobs.ts";
import type { RelayParts } from "../../src/relay/parts.ts";
import type { Session } from "../../src/relay/session.ts";
import { createFakeClock } from "./fake-clock.ts";
import { createMemoryResults } from "./result-store.ts";

/** Tools in full, or by their names. */
export type Offers = Readonly<Record<string, readonly (Tool | string)[]>>;

function catalogOf(offered: readonly (Tool | string)[]): Catalog {
	const tools = offered.map((tool): Tool =>
		typeof tool === "string" ? { name: tool, inputSchema: { type: "object", properties: {} } } : tool,
	);
	return { tools, byName: new Map(tools.map((each) => [each.name, each])), denied: new Set() };
}

/** What the relay works with when the groups offer these tools; a group without an entry was never read. */
export function createParts(offers: Offers, more: Partial<RelayParts> = {}): RelayParts {
	const catalogs = new Map(Object.entries(offers).map(([name, tools]) => [name, catalogOf(tools)]));
	const read = (name: string) => Promise.resolve(catalogs.get(name) ?? catalogOf([]));
	return {
		describeState: () => undefined,
		discoveryBudget: () => 8_000,
		onInitialized: () => {},
		onListed: () => {},
		running: () => undefined,
		open: () => Promise.resolve({} as Connection),
		catalogs: {
			of: read,
			refresh: read,
			current: (name) => catalogs.get(name),
			known: (name) => Promise.resolve(catalogs.get(name)),
			knownOffer: () => Promise.resolve(undefined),
			describe: ({ description }) => Promise.resolve(description),
			describeNow: ({ description }) => Promise.resolve(description),
			list: () => Promise.resolve([]),
			isKnown: () => Promise.resolve(true),
			kept: () => Promise.resolve(),
			settled: () => Promise.resolve(),
			forget: () => {},
			outdate: () => {},
		},
		checkArguments: () => [],
		results: createMemoryResults(),
		serverInfo: { name: "dynamic-mcp", version: "2.0.0" },
		clock: createFakeClock(),
		emit: () => {},
		...more,
	};
}

/** A session that notes what a job ends with: text for the model, an error of it marked with `!`, or a refusal. */
function createNoting() {
	const ends: string[] = [];
	const session = {
		capabilities: {},
		answer(_: Job, result: string) {
			const { content, isError } = JSON.parse(result) as { content: { text: string }[]; isError?: true };
			ends.push((isError === true ? "!" : "") + content.map(({ text }) => text).join(""));
		},
		refuse: (_: Job, { code, message }: RpcError) => void ends.push(`${code} ${message}`),
	} as unknown as Session;
	return { session, ends };
}

export async function askGroup(parts: RelayParts, group: Group, query?: string): Promise<string> {
	const { session, ends } = createNoting();
	await discover(parts, session, {} as Job, group, query);
	return ends.join("");
}

export async function askAll(parts: RelayParts, query: string, groups: readonly Group[]): Promise<string> {
	const { session, ends } = createNoting();
	await search(parts, session, {} as Job, groups, query);
	return ends.join("");
}

export async function askGroups(parts: RelayParts, groups: readonly Group[]): Promise<string> {
	const { session, ends } = createNoting();
	await overview(parts, session, {} as Job, groups);
	return ends.join("");
}
