import { expect, test } from "bun:test";

import { createFakeClock } from "../../test/helpers/fake-clock.ts";
import { groupOf } from "../../test/helpers/groups.ts";
import { UpstreamError } from "../base/errors.ts";
import type { Catalog } from "../catalog/catalogs.ts";
import { createSearch } from "../catalog/search.ts";
import type { Event } from "../observe/events.ts";
import type { Connection } from "../protocol/connection.ts";
import type { RpcError } from "../protocol/jsonrpc.ts";
import type { Tool } from "../protocol/mcp.ts";
import { discover, search } from "./discovery.ts";
import type { Group } from "./group.ts";
import type { Job } from "./jobs.ts";
import type { RelayParts } from "./parts.ts";
import type { Session } from "./session.ts";

const tool = (name: string): Tool => ({ name, inputSchema: { type: "object", properties: {} } });

const catalogOf = (names: readonly string[]): Catalog => {
	const tools = names.map(tool);
	return { tools, byName: new Map(tools.map((each) => [each.name, each])), denied: new Set() };
};

/** What the relay works with when the groups offer these tools; a group without an entry was never read. */
function createParts(offers: Readonly<Record<string, readonly string[]>>, more: Partial<RelayParts> = {}): RelayParts {
	const catalogs = new Map(Object.entries(offers).map(([name, tools]) => [name, catalogOf(tools)]));
	const read = (name: string) => Promise.resolve(catalogs.get(name) ?? catalogOf([]));
	return {
		describeState: () => undefined,
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
			list: () => Promise.resolve([]),
			isKnown: () => Promise.resolve(true),
			kept: () => Promise.resolve(),
			settled: () => Promise.resolve(),
			forget: () => {},
			outdate: () => {},
		},
		checkArguments: () => [],
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

async function ask(parts: RelayParts, query?: string): Promise<string> {
	const { session, ends } = createNoting();
	await discover({ ...parts, search: createSearch() }, session, {} as Job, groupOf("fs"), query);
	return ends.join("");
}

const someGroups = [
	groupOf("fs", { description: "Files" }),
	groupOf("git"),
	groupOf("off", { features: { tools: false, resources: true, prompts: true } }),
];

async function find(parts: RelayParts, query: string, groups: readonly Group[] = someGroups): Promise<string> {
	const { session, ends } = createNoting();
	await search({ ...parts, search: createSearch() }, session, {} as Job, groups, query);
	return ends.join("");
}

const head = (name: string) => `call_dynamic_tool {"group":"${name}","name":…,"args":{…}}`;

test("a group shows all its tools", async () => {
	expect(await ask(createParts({ fs: ["read", "write"] }))).toBe(`${head("fs")}\nread()\nwrite()`);
});

test("a group without tools says so", async () => {
	expect(await ask(createParts({ fs: [] }))).toBe(`${head("fs")}\n(no tools)`);
});

test("a query shows only what fits it", async () => {
	expect(await ask(createParts({ fs: ["read_file", "list"] }), "file")).toBe(`${head("fs")}\nread_file()`);
});

test("a query that fits nothing names what there is", async () => {
	expect(await ask(createParts({ fs: ["read", "list"] }), "pdf")).toBe(
		'No tool of group "fs" fits "pdf". It has: read, list.',
	);
});

test("a group that cannot be started tells why", async () => {
	const open = () => Promise.reject(new UpstreamError("fs", "spawn", "not found"));
	expect(await ask(createParts({}, { open }))).toBe(
		'!Group "fs" could not be started: not found. The next call tries again.',
	);
});

test("a fault of ours is told without details, and reported with them", async () => {
	const events: Event[] = [];
	const error = new Error("a fault");
	const parts = createParts({}, { open: () => Promise.reject(error), emit: (event) => events.push(event) });
	expect([await ask(parts), events]).toEqual(["-32603 internal error", [{ kind: "internal", error }]]);
});

test("what was known of a group is shown with how its server is", async () => {
	const parts = createParts({ fs: ["read"] }, { describeState: () => "failed: no license. Next try in 2 s." });
	expect(await ask(parts)).toBe(`${head("fs")}\n(failed: no license. Next try in 2 s.)\nread()`);
});

test("a search shows the hits by group and says what was not searched", async () => {
	expect(await find(createParts({ fs: ["read_file", "list"] }), "file")).toBe(
		`${head("fs")}\nread_file()\nlist()\n\nNot searched, because not started yet: git. get_dynamic_tools {group} starts one.`,
	);
});

test("a search over several groups starts with the best hit's", async () => {
	const parts = createParts({ fs: ["commit_notes"], git: ["commit", "push"] });
	expect(await find(parts, "commit")).toBe(`${head("git")}\ncommit()\n\n${head("fs")}\ncommit_notes()`);
});

test("a search without hits says so", async () => {
	expect(await find(createParts({ fs: [], git: ["push"] }), "pdf")).toBe('No tool fits "pdf" in the groups searched.');
});

test("a search shows at most ten tools and leaves groups alone that cannot be used", async () => {
	const names = Array.from({ length: 30 }, (_, index) => `file_${index}`);
	const groups = [groupOf("fs"), groupOf("broken", { unusable: "no command" })];
	expect((await find(createParts({ fs: names }), "file", groups)).split("\n")).toHaveLength(11);
});
