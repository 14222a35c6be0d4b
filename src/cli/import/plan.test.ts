import { describe, expect, test } from "bun:test";

import type { Place, ReadServer } from "../../clients/types.ts";
import { isTotalFailure, newServers, planImport, type Sighting } from "./plan.ts";
import type { Entry } from "./same.ts";

function imported(group: string, entry: Entry, name = group): ReadServer {
	return { kind: "imported", name, group, entry, lossy: [], todo: [], secrets: [] };
}

function sighting(id: string, servers: readonly ReadServer[], place: Partial<Place> = {}): Sighting {
	const path = `/home/me/.${id}/mcp.json`;
	return { client: { id, title: id }, place: { path, scope: "global", format: "json", ...place }, servers };
}

function plan(sightings: readonly Sighting[], existing: Record<string, unknown> = {}) {
	return planImport({ sightings, existing, problemOf: () => undefined });
}

/** As in `cursor files: new files`. */
function outcomes(sightings: readonly Sighting[], existing: Record<string, unknown> = {}): string[] {
	return plan(sightings, existing).map(({ client, server, outcome }) => {
		const what = "name" in outcome ? outcome.name : outcome.reason;
		return `${client.id} ${server.name}: ${outcome.kind} ${what}`;
	});
}

const files = { command: "npx", args: ["files-mcp"] };
const token = { command: "npx", args: ["gh-mcp"], env: { TOKEN: "abcdefgh" } };

test("servers come in the order in which they were found, each under its group's name", () => {
	const found = [sighting("cursor", [imported("b", files), imported("a", token)])];
	expect(outcomes(found)).toEqual(["cursor b: new b", "cursor a: new a"]);
});

test("what is skipped or failed stays so, with its reason, and does not hold up the others", () => {
	const servers: ReadServer[] = [
		{ kind: "skipped", name: "us", group: "us", reason: "it is this program" },
		{ kind: "failed", name: "bad", group: "bad", reason: "it has no command" },
		imported("files", files),
	];
	expect(outcomes([sighting("goose", servers)])).toEqual([
		"goose us: skipped it is this program",
		"goose bad: failed it has no command",
		"goose files: new files",
	]);
});

test("an entry with which the config would not load fails alone", () => {
	const planned = planImport({
		sightings: [sighting("cursor", [imported("a", { command: "" }), imported("b", files)])],
		existing: {},
		problemOf: (name) => (name === "a" ? "command: must not be empty" : undefined),
	});
	expect(planned.map(({ outcome }) => outcome.kind)).toEqual(["failed", "new"]);
	expect(planned[0]?.outcome).toEqual({ kind: "failed", reason: "command: must not be empty" });
});

describe("of several clients", () => {
	test("the same server is imported once, whatever its name there", () => {
		const found = [
			sighting("cursor", [imported("files", files)]),
			sighting("vscode", [imported("fs", { ...files, env: {} })]),
		];
		expect(outcomes(found)).toEqual(["cursor files: new files", "vscode fs: same files"]);
	});

	test("the transport being left open or named makes no difference", () => {
		const url = "https://example.com/mcp";
		const found = [
			sighting("cursor", [imported("r", { url })]),
			sighting("vscode", [imported("r", { url, type: "http", timeout: { tools: "60s" } })]),
		];
		expect(outcomes(found)).toEqual(["cursor r: new r", "vscode r: same r"]);
	});

	test("another server of the same name gets the client's behind its own", () => {
		const found = [sighting("cursor", [imported("files", files)]), sighting("vscode", [imported("files", token)])];
		expect(outcomes(found)).toEqual(["cursor files: new files", "vscode files: new files-vscode"]);
		expect(newServers(plan(found)).map(({ outcome }) => outcome.taken)).toEqual([undefined, "files"]);
	});

	test("two accounts at one server are two servers", () => {
		const other = { ...token, env: { TOKEN: "ijklmnop" } };
		const found = [sighting("cursor", [imported("gh", token)]), sighting("zed", [imported("gh", other)])];
		expect(outcomes(found)).toEqual(["cursor gh: new gh", "zed gh: new gh-zed"]);
	});

	test("a longer name is cut to the 24 characters that a group's may have", () => {
		const long = "a-server-with-a-long-name";
		const found = [
			sighting("cursor", [imported(long, files)]),
			sighting("claude-desktop", [imported(long, token), imported(long, { command: "c" })]),
		];
		const names = newServers(plan(found)).map(({ outcome }) => outcome.name);
		expect(names).toEqual([long, "a-server-claude-desktop", "a-serve-claude-desktop-2"]);
		expect(names.slice(1).every((name) => name.length <= 24)).toBe(true);
	});

	test("what one has switched off and another one uses is used", () => {
		const off = imported("files", { ...files, enabled: false });
		const both = [sighting("cline", [off]), sighting("cursor", [imported("files", files)])];
		expect(newServers(plan(both)).map(({ outcome }) => outcome.entry)).toEqual([files]);
		const none = [sighting("cline", [off]), sighting("cursor", [off])];
		expect(newServers(plan(none)).map(({ outcome }) => outcome.entry)).toEqual([{ ...files, enabled: false }]);
	});

	test("two entries of one file are two servers, though they are alike", () => {
		const found = [sighting("cursor", [imported("a", files), imported("b", files)])];
		expect(outcomes(found)).toEqual(["cursor a: new a", "cursor b: new b"]);
	});
});

describe("what the config has already", () => {
	test.each<[string, Record<string, unknown>, string]>([
		["under its name", { files }, "cursor files: there files"],
		["under another name", { mine: files }, "cursor files: there mine"],
		[
			"described, limited and switched off by its owner",
			{ files: { ...files, description: "d", enabled: false, tools: { deny: ["x"] } } },
			"cursor files: there files",
		],
		["as something else", { files: token }, "cursor files: new files-cursor"],
		[
			"as something else, and itself from the last time",
			{ files: token, "files-cursor": files },
			"cursor files: there files-cursor",
		],
	])("%s", (_, existing, expected) => {
		expect(outcomes([sighting("cursor", [imported("files", files)])], existing)).toEqual([expected]);
	});

	test("stays, also when its secret has been moved to a variable as advised", () => {
		const moved = { ...token, env: { TOKEN: "${GH_TOKEN}" } };
		expect(outcomes([sighting("cursor", [imported("gh", token)])], { gh: moved })).toEqual(["cursor gh: there gh"]);
	});

	test("is something else when another variable stands in it", () => {
		const work = { ...token, env: { TOKEN: "${WORK}" } };
		const home = { ...token, env: { TOKEN: "${HOME_TOKEN}" } };
		expect(outcomes([sighting("cursor", [imported("gh", home)])], { gh: work })).toEqual(["cursor gh: new gh-cursor"]);
	});
});

test("importing twice finds all there", () => {
	const found = [
		sighting("cursor", [imported("a", files), imported("b", files), imported("c", token)]),
		sighting("vscode", [imported("a", token), imported("c", { url: "https://example.com" })]),
	];
	const first = Object.fromEntries(newServers(plan(found)).map(({ outcome }) => [outcome.name, outcome.entry]));
	expect(plan(found, first).map(({ outcome }) => outcome.kind)).toEqual(Array<"there">(5).fill("there"));
});

test.each<[string, Sighting[], boolean]>([
	["nothing was found", [], false],
	["all was read", [sighting("a", [imported("x", files)])], false],
	["nothing is in it", [sighting("a", [])], false],
	["one of two files is broken, the other empty", [{ ...sighting("a", []), problem: "p" }, sighting("b", [])], true],
	[
		"one of two files is broken",
		[{ ...sighting("a", []), problem: "p" }, sighting("b", [imported("x", files)])],
		false,
	],
	["only ourselves were skipped", [sighting("a", [{ kind: "skipped", name: "x", group: "x", reason: "r" }])], false],
	["all have failed", [sighting("a", [{ kind: "failed", name: "x", group: "x", reason: "r" }])], true],
])("it is a total failure when %s: %#", (_, found, expected) => {
	expect(isTotalFailure(found, plan(found))).toBe(expected);
});
