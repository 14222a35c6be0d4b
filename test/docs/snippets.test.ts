/** What the documents show can be copied: it parses, and what is meant for our config is taken by our own loader. */
import { describe, expect, test } from "bun:test";

import Ajv, { type AnySchema } from "ajv";
import { parse as parseJsonc, type ParseError, printParseErrorCode } from "jsonc-parser";

import { parseConfig } from "../../src/config/load.ts";
import { fencesOf, isForUsers, readPages, repository } from "../helpers/markdown.ts";

interface Snippet {
	/** `docs/clients.md:12`. */
	readonly at: string;
	readonly path: string;
	readonly language: string;
	readonly code: string;
}

/** Which languages a block may be in. `sh` is special: see commands.test.ts. */
const languages = new Set(["", "sh", "console", "powershell", "json", "jsonc", "toml", "yaml", "mermaid"]);

const snippets: Snippet[] = (await readPages()).flatMap(({ path, text }) =>
	fencesOf(text).map(({ language, code, line }) => ({ at: `${path}:${line}`, path, language, code })),
);

const parsers: Readonly<Record<string, (code: string) => unknown>> = {
	json: JSON.parse,
	jsonc(code) {
		const errors: ParseError[] = [];
		const value: unknown = parseJsonc(code, errors, { allowTrailingComma: true });
		const [first] = errors;
		if (first !== undefined) throw new Error(`${printParseErrorCode(first.error)} at ${first.offset}`);
		return value;
	},
	toml: Bun.TOML.parse,
	yaml: Bun.YAML.parse,
};

const data = snippets.filter(({ language }) => language in parsers);

/** The pages on other clients' files show those; everywhere else `mcpServers` is in ours. */
const isOurs = ({ path, language, code }: Snippet) =>
	path !== "docs/clients.md" && (language === "json" || language === "jsonc") && code.includes('"mcpServers"');

const ours = data.filter(isOurs).map((snippet) => [snippet.at, snippet] as const);

/** Every variable that is named has a value, so that nothing is left out for want of one. */
function environmentFor(code: string): Record<string, string> {
	const names = Array.from(code.matchAll(/\$\{(?:env:)?(\w+)/g), ([, name = ""]) => name);
	return Object.fromEntries(names.map((name) => [name, "value-of-a-variable"]));
}

test("blocks are in languages that the other tests know", () => {
	const unknown = snippets.filter(({ language }) => !languages.has(language));
	expect(unknown.map(({ at, language }) => `${at}: ${language}`)).toEqual([]);
});

test("there are snippets of every kind, and full configs in the pages that need them", () => {
	const found = new Set(data.map(({ language }) => language));
	expect(found).toEqual(new Set(Object.keys(parsers)));
	const pages = new Set(ours.map(([, { path }]) => path));
	expect(pages).toEqual(
		new Set(["README.md", "docs/configuration.md", "docs/migrating.md", "docs/troubleshooting.md"]),
	);
});

test.each(data.map((snippet) => [snippet.at, snippet] as const))("%s parses", (_at, { language, code }) => {
	expect(parsers[language]!(code)).toBeObject();
});

describe("our own config", () => {
	test.each(ours)("of %s is loaded without a word", (_at, { code }) => {
		const config = parseConfig(code, { path: "/home/me/config.json", env: environmentFor(code), home: "/home/me" });
		expect(config.warnings).toEqual([]);
		expect(config.groups.filter(({ misconfigured }) => misconfigured !== undefined)).toEqual([]);
	});

	const schema = Bun.file(`${repository}/docs/config.schema.json`);

	test.each(ours)("of %s is valid by docs/config.schema.json, which editors use", async (_at, { code }) => {
		const validate = new Ajv({ strict: false }).compile((await schema.json()) as AnySchema);
		expect({ isValid: validate(parsers["jsonc"]!(code)), errors: validate.errors }).toEqual({
			isValid: true,
			errors: null,
		});
	});

	test("that is mistaken is told from one that is not", async () => {
		const code = '{"mcpServers": {"a": {"comand": "x"}}}';
		expect(() => parseConfig(code, { path: "/c.json", env: {}, home: "/" })).toThrow("comand");
		expect(new Ajv({ strict: false }).validate((await schema.json()) as AnySchema, JSON.parse(code))).toBeFalse();
	});
});

test.each(isForUsersTables())("%s shows no tab in what is to be copied into a file", (_path, codes) => {
	expect(codes.filter((code) => code.includes("\t"))).toEqual([]);
});

function isForUsersTables(): [string, string[]][] {
	const paths = [...new Set(data.filter(({ path }) => isForUsers({ path, text: "" })).map(({ path }) => path))];
	return paths.map((path) => [path, data.filter((snippet) => snippet.path === path).map(({ code }) => code)]);
}
