/** Properties of edits: whatever a document looks like, setting an entry and taking it out again gives the same bytes. */
import { expect, test } from "bun:test";

import * as fc from "fast-check";

import type { Format } from "../types.ts";
import { removeEntry, setEntry } from "./edit.ts";

const ours = { type: "stdio", command: "/home/me/.local/bin/dynamic-mcp", args: ["/a b.json"], timeout: 300 };

const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/).filter((text) => text !== "dynamic-mcp");
const content = fc.stringMatching(/^[ -~äß€]{0,12}$/);
const lineEnd = fc.constantFrom("\n", "\r\n");
const names = fc.uniqueArray(word, { maxLength: 4 });

/** A line of its own, or one behind something; or nothing. */
const comment = (start: string) =>
	fc.option(
		content.map((text) => `${start} ${text.replaceAll("*/", "")}`),
		{ nil: "" },
	);

interface Layout {
	readonly unit: string;
	readonly isOpen: boolean;
	readonly trailing: boolean;
}

const layout = fc.record({ unit: fc.constantFrom("  ", "    ", "\t"), isOpen: fc.boolean(), trailing: fc.boolean() });

/** A member of an object: its name, its value, comments above and behind it. */
const member = fc.tuple(fc.jsonValue({ maxDepth: 2 }), comment("//"), comment("//"));

function jsonObject(
	parts: readonly (readonly [string, string, string, string])[],
	indent: string,
	{ unit, trailing }: Layout,
): string {
	if (parts.length === 0) return "{}";
	const lines = parts.flatMap(([name, value, above, behind], index) => {
		const comma = index < parts.length - 1 || trailing ? "," : "";
		return [above, `${JSON.stringify(name)}: ${value}${comma}${behind && ` ${behind}`}`].filter((line) => line !== "");
	});
	return `{\n${lines.map((line) => indent + unit + line).join("\n")}\n${indent}}`;
}

const jsonDocument = fc
	.tuple(
		names,
		fc.array(member, { minLength: 4, maxLength: 4 }),
		names,
		fc.array(member, { minLength: 4, maxLength: 4 }),
		layout,
		lineEnd,
	)
	.map(([outer, outerMembers, inner, innerMembers, style, end]) => {
		const { unit } = style;
		const parts = (list: readonly string[], members: typeof outerMembers) =>
			list.map((name, index) => {
				const [value, above, behind] = members[index] ?? [0, "", ""];
				return [name, JSON.stringify(value), above, behind] as const;
			});
		const servers = jsonObject(parts(inner, innerMembers), unit, style);
		const all = [...parts(outer, outerMembers), ["mcpServers", servers, "", ""] as const];
		return `${jsonObject(all, "", style)}\n`.replaceAll("\n", end);
	});

const tomlValue = fc.oneof(
	content.map((text) => JSON.stringify(text)),
	content.map((text) => `'${text.replaceAll("'", "")}'`),
	content.map((text) => `'''\n[mcp_servers.x]\n${text.replaceAll("'", "")}\n'''`),
	fc.integer().map(String),
	fc.array(fc.integer(), { maxLength: 3 }).map((list) => `[\n  # ]\n  ${list.join(",\n  ")}\n]`),
	word.map((name) => `{ ${name} = "}" }`),
);

const tomlTable = fc.tuple(
	word,
	fc.uniqueArray(fc.tuple(word, tomlValue), { maxLength: 3, selector: ([key]) => key }),
	comment("#"),
);

const tomlDocument = fc
	.tuple(fc.uniqueArray(tomlTable, { maxLength: 4, selector: ([name]) => name }), fc.boolean(), lineEnd, fc.boolean())
	.map(([tables, isFlat, end, isEnded]) => {
		const text = tables
			.map(([name, pairs, note]) => {
				const head = isFlat ? "" : `[mcp_servers.${name}]${note && ` ${note}`}\n`;
				const prefix = isFlat ? `mcp_servers.${name}.` : "";
				return head + pairs.map(([key, value]) => `${prefix}${key} = ${value}\n`).join("");
			})
			.join(isFlat ? "" : "\n")
			.replaceAll("\n", end);
		return isEnded ? text : text.replace(/(?:\r?\n)+$/, "");
	});

const yamlScalar = fc.oneof(
	content.map((text) => JSON.stringify(text)),
	fc.integer().map(String),
	word.map((text) => `|\n      ${text}\n      # no comment`),
	fc.constantFrom("[a, b]", "{ a: b }", "~", "true"),
);

const yamlItem = fc.tuple(
	word,
	fc.uniqueArray(fc.tuple(word, yamlScalar), { minLength: 1, maxLength: 3, selector: ([key]) => key }),
	comment("#"),
);

const yamlDocument = fc
	.tuple(
		fc.uniqueArray(yamlItem, { minLength: 1, maxLength: 4, selector: ([name]) => name }),
		fc.boolean(),
		lineEnd,
		fc.boolean(),
	)
	.map(([items, hasMore, end, isList]) => {
		const lines = items.flatMap(([name, pairs, note]) => {
			const fields = pairs.filter(([key]) => key !== "name").map(([key, value]) => `${key}: ${value}`);
			const head = isList ? `  - name: ${JSON.stringify(name)}` : `  ${JSON.stringify(name)}:`;
			return [...(note === "" ? [] : [`  ${note}`]), head, ...fields.map((field) => `    ${field}`)];
		});
		const text = `# mine\nversion: 1\n\n${isList ? "mcpServers" : "extensions"}:\n${lines.join("\n")}\n${hasMore ? "\n# more\nmore: 1\n" : ""}`;
		return { text: text.replaceAll("\n", end), keys: [isList ? "mcpServers" : "extensions"] };
	});

function isUndone(text: string, format: Format, keys: readonly string[]): void {
	const edited = setEntry(text, format, keys, "dynamic-mcp", ours);
	expect(edited).not.toBe(text);
	expect(removeEntry(edited, format, keys, "dynamic-mcp")).toBe(text);
	// And once more: an entry that is there is changed in place.
	const changed = setEntry(edited, format, keys, "dynamic-mcp", { ...ours, command: "/other" });
	expect(setEntry(changed, format, keys, "dynamic-mcp", ours)).toBe(edited);
}

test("property: JSON with comments is byte for byte what it was after setting and removing", () => {
	fc.assert(
		fc.property(jsonDocument, (text) => isUndone(text, "json", ["mcpServers"])),
		{ numRuns: 300 },
	);
});

test("property: so it is when the object for the servers has to be made", () => {
	fc.assert(
		fc.property(jsonDocument, (text) => {
			const edited = setEntry(text, "json", ["mcp", "servers"], "dynamic-mcp", ours);
			expect(removeEntry(edited, "json", ["mcp", "servers"], "dynamic-mcp", 0)).toBe(text);
		}),
		{ numRuns: 200 },
	);
});

test("property: TOML is byte for byte what it was after setting and removing", () => {
	fc.assert(
		fc.property(tomlDocument, (text) => isUndone(text, "toml", ["mcp_servers"])),
		{ numRuns: 300 },
	);
});

test("property: YAML is byte for byte what it was after setting and removing", () => {
	fc.assert(
		fc.property(yamlDocument, ({ text, keys }) => isUndone(text, "yaml", keys)),
		{ numRuns: 300 },
	);
});

test("property: what one writes into JSON, everybody reads, and all the rest as before", () => {
	fc.assert(
		fc.property(
			fc.dictionary(word, fc.jsonValue()),
			fc.dictionary(word, fc.jsonValue()),
			fc.constantFrom(0, 2, "\t"),
			(outer, servers, indent) => {
				const document = { ...outer, mcpServers: servers };
				const edited = setEntry(
					JSON.stringify(document, undefined, indent),
					"json",
					["mcpServers"],
					"dynamic-mcp",
					ours,
				);
				expect(JSON.parse(edited)).toEqual(
					JSON.parse(JSON.stringify({ ...document, mcpServers: { ...servers, "dynamic-mcp": ours } })),
				);
			},
		),
	);
});
