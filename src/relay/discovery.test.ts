import { expect, test } from "bun:test";

import { askAll, askGroup, createParts } from "../../test/helpers/discovering.ts";
import { groupOf } from "../../test/helpers/groups.ts";
import { UpstreamError } from "../base/errors.ts";
import type { Event } from "../observe/events.ts";
import type { Group } from "./group.ts";
import type { RelayParts } from "./parts.ts";

const ask = (parts: RelayParts, query?: string) => askGroup(parts, groupOf("fs"), query);

const someGroups = [
	groupOf("fs", { description: "Files" }),
	groupOf("git"),
	groupOf("off", { features: { tools: false, resources: true, prompts: true } }),
];

const find = (parts: RelayParts, query: string, groups: readonly Group[] = someGroups) => askAll(parts, query, groups);

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
	expect(await find(createParts({ fs: [], git: ["push"] }), "pdf")).toBe(
		'No tool fits "pdf" in the groups searched. get_dynamic_tools without parameters lists the groups.',
	);
});

test("a search where nothing is known says that it was none", async () => {
	expect(await find(createParts({}), "pdf")).toBe(
		'It is not known yet what the groups offer, so "pdf" was not searched for.\n\nNot searched, because not started yet: fs, git. get_dynamic_tools {group} starts one.',
	);
});

test("a search shows at most six tools and leaves groups alone that cannot be used", async () => {
	const names = Array.from({ length: 30 }, (_, index) => `file_${index}`);
	const groups = [groupOf("fs"), groupOf("broken", { unusable: "no command" })];
	const [tools = "", more] = (await find(createParts({ fs: names }), "file", groups)).split("\n\n");
	expect(tools.split("\n")).toHaveLength(7);
	expect(more).toBe("24 more tools fit (fs 24): get_dynamic_tools {group, query} shows those of one group.");
});
