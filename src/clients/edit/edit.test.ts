/** How entries come into texts and go out of them, by example. */
import { describe, expect, test } from "bun:test";

import { UserError } from "../../base/errors.ts";
import type { Format } from "../types.ts";
import { removeEntry, setEntry } from "./edit.ts";

const ours = { command: "/bin/dynamic-mcp", args: ["/a b.json"] };

function set(text: string | undefined, format: Format = "json", keys: readonly string[] = ["mcpServers"]): string {
	return setEntry(text, format, keys, "dynamic-mcp", ours);
}

function refusal(act: () => unknown): string {
	try {
		act();
	} catch (error) {
		if (error instanceof UserError) return `${error.message}\n${error.hint ?? ""}`;
		throw error;
	}
	throw new Error("it was not refused");
}

const toml = (text: string) => set(text, "toml", ["mcp_servers"]);
const yaml = (text: string | undefined) => set(text, "yaml", ["extensions"]);

describe("JSON", () => {
	test.each<[string, string | undefined, string]>([
		[
			"a file that is not there",
			undefined,
			'{\n  "mcpServers": {\n    "dynamic-mcp": {\n      "command": "/bin/dynamic-mcp",\n      "args": ["/a b.json"]\n    }\n  }\n}\n',
		],
		[
			"one line",
			'{"mcpServers":{}}',
			'{"mcpServers":{"dynamic-mcp":{"command":"/bin/dynamic-mcp","args":["/a b.json"]}}}',
		],
		[
			"one line with blanks",
			'{ "mcpServers": { "a": {} } }',
			'{ "mcpServers": { "a": {}, "dynamic-mcp": { "command": "/bin/dynamic-mcp", "args": ["/a b.json"] } } }',
		],
		[
			"comments, of which each stays at its line",
			'{\n\t"mcpServers": {\n\t\t// one\n\t\t"a": {} // of a\n\t\t// the end\n\t}\n}',
			'{\n\t"mcpServers": {\n\t\t// one\n\t\t"a": {}, // of a\n\t\t// the end\n\t\t"dynamic-mcp": {\n\t\t\t"command": "/bin/dynamic-mcp",\n\t\t\t"args": ["/a b.json"]\n\t\t}\n\t}\n}',
		],
		[
			"a trailing comma, line ends of Windows and a byte order mark",
			'\uFEFF{\r\n    "mcpServers": {\r\n        "a": {},\r\n    },\r\n}\r\n',
			'\uFEFF{\r\n    "mcpServers": {\r\n        "a": {},\r\n        "dynamic-mcp": {\r\n            "command": "/bin/dynamic-mcp",\r\n            "args": ["/a b.json"]\r\n        },\r\n    },\r\n}\r\n',
		],
	])("into %s", (_, text, wanted) => {
		expect(set(text)).toBe(wanted);
	});

	test("of a key that is there twice the one that counts is changed", () => {
		const text = '{ "mcpServers": { "a": {} }, "mcpServers": { "b": {} } }';
		expect(JSON.parse(set(text)).mcpServers).toEqual({ b: {}, "dynamic-mcp": ours });
	});

	test("an entry that says the same stays as it is written", () => {
		const text = '{"mcpServers":{"dynamic-mcp":{"args":["/a b.json"],\n"command":"/bin/dynamic-mcp"}}}';
		expect(set(text)).toBe(text);
	});

	test("an entry goes with the comment behind it, and no other", () => {
		const text = '{\n  "mcpServers": {\n    "a": {}, // of a\n    // of b\n    "b": {} // also of b\n  }\n}\n';
		expect(removeEntry(text, "json", ["mcpServers"], "a")).toBe(
			'{\n  "mcpServers": {\n    // of b\n    "b": {} // also of b\n  }\n}\n',
		);
	});

	test("what follows a line comment does not become part of it", () => {
		const text = '{ "mcpServers": { "a": {}, // of a\n "dynamic-mcp": {} } }';
		expect(removeEntry(text, "json", ["mcpServers"], "dynamic-mcp")).toBe('{ "mcpServers": { "a": {} // of a\n  } }');
	});

	test("what is not there is not taken out", () => {
		const text = '{ "mcpServers": {} // none\n}';
		expect(removeEntry(text, "json", ["mcpServers"], "dynamic-mcp")).toBe(text);
	});

	test.each([
		['{ "mcpServers": "x" }', 'expected "mcpServers" to be an object, found a text'],
		['{ "mcpServers": [] }', 'expected "mcpServers" to be an object, found a list'],
		['{ "mcpServers": null }', 'expected "mcpServers" to be an object, found null'],
		["[]", "expected an object at the outside, found a list"],
		["{", "1:2: expected a closing brace }"],
	])("%s is refused", (text, reason) => {
		expect(refusal(() => set(text))).toStartWith(reason);
	});
});

describe("TOML", () => {
	const table = '[mcp_servers.dynamic-mcp]\ncommand = "/bin/dynamic-mcp"\nargs = ["/a b.json"]\n';

	test.each([
		["nothing", "", table],
		["other settings", "model = 'x'\n", `model = 'x'\n\n${table}`],
		["a table in between", "[mcp_servers.dynamic-mcp]\ncommand = 'old'\n\n[other]\n", `${table}\n[other]\n`],
		[
			"a table with tables of its own",
			"[mcp_servers.dynamic-mcp]\ncommand = 'old'\n\n[mcp_servers.dynamic-mcp.env]\nA = 'b'\n\n[other]\n",
			`${table}\n[other]\n`,
		],
		[
			"dotted keys",
			"[mcp_servers]\ndynamic-mcp.command = 'old'\na.command = 'x'\n",
			`[mcp_servers]\na.command = 'x'\n\n${table}`,
		],
		[
			"an inline table",
			"mcp_servers = { a = { command = 'x' } } # mine\n",
			'mcp_servers = { a = { command = \'x\' }, dynamic-mcp = { command = "/bin/dynamic-mcp", args = ["/a b.json"] } } # mine\n',
		],
		["dotted keys at the top", 'mcp_servers."a".command = "x"\n', `mcp_servers."a".command = "x"\n\n${table}`],
	])("into %s", (_, text, wanted) => {
		expect(toml(text)).toBe(wanted);
	});

	test("the first of an inline table's entries goes with its comma", () => {
		const text = "mcp_servers = { dynamic-mcp = { command = 'x' }, a = { command = 'y' } }\n";
		expect(removeEntry(text, "toml", ["mcp_servers"], "dynamic-mcp")).toBe("mcp_servers = { a = { command = 'y' } }\n");
	});

	test("what looks like our table in a text is none", () => {
		const text = "a = '''\n[mcp_servers.dynamic-mcp]\ncommand = 'x'\n'''\n";
		expect(toml(text)).toBe(`${text}\n${table}`);
	});

	test("what is no TOML is refused, without showing any of it", () => {
		expect(refusal(() => toml("token = secret\n"))).toBe("this is not TOML\n");
	});
});

describe("YAML", () => {
	const block = '  dynamic-mcp:\n    command: /bin/dynamic-mcp\n    args: ["/a b.json"]\n';

	test.each([
		["nothing", undefined, `extensions:\n${block}`],
		["an empty map", "a: 1\nextensions: {} # none\nb: 2\n", undefined],
		["a key without a value", "extensions:\n# mine\nb: 2\n", `extensions:\n${block}# mine\nb: 2\n`],
		["a map", "extensions:\n  a:\n    x: 1\nb: 2\n", `extensions:\n  a:\n    x: 1\n${block}b: 2\n`],
		[
			"a map on one line",
			"extensions: { a: { x: 1 } }\n",
			'extensions: { a: { x: 1 }, dynamic-mcp: { command: /bin/dynamic-mcp, args: ["/a b.json"] } }\n',
		],
	])("into %s", (_, text, wanted) => {
		const edited = yaml(text);
		if (wanted !== undefined) expect(edited).toBe(wanted);
		expect(Bun.YAML.parse(edited)).toHaveProperty("extensions.dynamic-mcp", ours);
	});

	test("a list gets an item with the name", () => {
		const text = "mcpServers:\n- name: a\n  command: x # of a\nmodels: []\n";
		const edited = set(text, "yaml");
		expect(edited).toBe(
			'mcpServers:\n- name: a\n  command: x # of a\n- name: dynamic-mcp\n  command: /bin/dynamic-mcp\n  args: ["/a b.json"]\nmodels: []\n',
		);
		expect(removeEntry(edited, "yaml", ["mcpServers"], "dynamic-mcp")).toBe(text);
	});

	test.each([
		["a map on one line", "extensions: { a: { x: 'a, }b' }, b: {y: [1, 2]} } # mine\nz: 1\n"],
		["a list on one line", "mcpServers: [{ name: a, command: x }]\n"],
		["one behind others", 'extensions: {a: {x: "it\'s"}}\n'],
	])("from %s our entry can be taken out again, and renewed", (_, text) => {
		const keys = [text.startsWith("m") ? "mcpServers" : "extensions"];
		const connected = setEntry(text, "yaml", keys, "dynamic-mcp", ours);
		expect(connected).not.toBe(text);
		expect(removeEntry(connected, "yaml", keys, "dynamic-mcp")).toBe(text);
		const older = setEntry(text, "yaml", keys, "dynamic-mcp", { command: "old" });
		expect(setEntry(older, "yaml", keys, "dynamic-mcp", ours)).toBe(connected);
	});

	test("the first on a line goes with its comma", () => {
		const text = "extensions: { dynamic-mcp: { cmd: x }, a: { x: 1 } }\n";
		expect(removeEntry(text, "yaml", ["extensions"], "dynamic-mcp")).toBe("extensions: { a: { x: 1 } }\n");
	});

	test.each(["extensions: &all\n  a: {}\nb: *all\n", "? extensions\n: a: {}\n", "--- {extensions: {a: {}}}\n"])(
		"what cannot be changed safely is refused, with what to paste: %j",
		(text) => {
			const said = refusal(() => yaml(text));
			expect(said).toStartWith('"extensions" is written in a way that cannot be changed safely');
			expect(said).toContain(`extensions:\n${block}`);
		},
	);

	test("what is refused of another server's entry is not shown: it may have secrets", () => {
		const entry = { cmd: "x", envs: { TOKEN: "hush-hush" } };
		const said = refusal(() => setEntry("? extensions\n: a: {}\n", "yaml", ["extensions"], "a2", entry));
		expect(said).not.toContain("hush");
	});
});
