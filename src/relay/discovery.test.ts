import { expect, test } from "bun:test";

import { createFakeClock } from "../../test/helpers/fake-clock.ts";
import { UpstreamError } from "../base/errors.ts";
import type { Catalog } from "../catalog/catalogs.ts";
import type { Event } from "../observe/events.ts";
import type { Connection } from "../protocol/connection.ts";
import type { RpcError } from "../protocol/jsonrpc.ts";
import type { Tool } from "../protocol/mcp.ts";
import { discover, search } from "./discovery.ts";
import type { Group } from "./group.ts";
import type { RelayParts } from "./parts.ts";
import type { Job, Session } from "./session.ts";

const tool = (name: string): Tool => ({ name, inputSchema: { type: "object", properties: {} } });
const group = (name: string, more: Partial<Group> = {}): Group => ({
	name,
	description: undefined,
	unusable: undefined,
	hasTools: true,
	callTimeoutMs: 1_000,
	...more,
});

const catalogOf = (names: readonly string[]): Catalog => {
	const tools = names.map(tool);
	return { tools, byName: new Map(tools.map((each) => [each.name, each])) };
};

/** What the relay works with when the groups offer these tools; a group without an entry was never read. */
function createParts(offers: Readonly<Record<string, readonly string[]>>, more: Partial<RelayParts> = {}): RelayParts {
	const catalogs = new Map(Object.entries(offers).map(([name, tools]) => [name, catalogOf(tools)]));
	const read = (name: string) => Promise.resolve(catalogs.get(name) ?? catalogOf([]));
	return {
		groups: [group("fs", { description: "Files" }), group("git"), group("off", { hasTools: false })],
		running: () => undefined,
		open: () => Promise.resolve({} as Connection),
		catalogs: {
			of: read,
			refresh: read,
			current: (name) => catalogs.get(name),
			known: (name) => catalogs.get(name),
			outdate: () => {},
		},
		checkArguments: () => [],
		serverInfo: { name: "dynamic-mcp", version: "2.0.0" },
		clock: createFakeClock(),
		emit: () => {},
		...more,
	};
}

/** The text that the model gets; an error is marked with `!`. */
async function ask(parts: RelayParts, query?: string): Promise<string> {
	const answers: string[] = [];
	const refused: RpcError[] = [];
	const session = {
		answer: (_: Job, result: string) => void answers.push(result),
		refuse: (_: Job, error: RpcError) => void refused.push(error),
	} as unknown as Session;
	await discover(parts, session, {} as Job, group("fs"), query);
	if (refused[0] !== undefined) return `${refused[0].code} ${refused[0].message}`;
	const { content, isError } = JSON.parse(answers[0] ?? "{}") as { content: { text: string }[]; isError?: true };
	return (isError === true ? "!" : "") + content.map(({ text }) => text).join("");
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

test("a search shows the hits by group and says what was not searched", () => {
	expect(search(createParts({ fs: ["read_file", "list"] }), "file")).toBe(
		`${head("fs")}\nread_file()\nlist()\n\nNot searched, because not started yet: git. get_dynamic_tools {group} starts one.`,
	);
});

test("a search over several groups starts with the best hit's", () => {
	const parts = createParts({ fs: ["commit_notes"], git: ["commit", "push"] });
	expect(search(parts, "commit")).toBe(`${head("git")}\ncommit()\n\n${head("fs")}\ncommit_notes()`);
});

test("a search without hits says so", () => {
	expect(search(createParts({ fs: [], git: ["push"] }), "pdf")).toBe('No tool fits "pdf" in the groups searched.');
});

test("a search shows at most ten tools and leaves groups alone that cannot be used", () => {
	const names = Array.from({ length: 30 }, (_, index) => `file_${index}`);
	const groups = [group("fs"), group("broken", { unusable: "no command" })];
	expect(search(createParts({ fs: names }, { groups }), "file").split("\n")).toHaveLength(11);
});
