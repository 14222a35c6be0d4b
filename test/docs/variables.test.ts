/** The environment variables and options in the documents are those that the program and its installers know. */
import { describe, expect, test } from "bun:test";

import { codeSpansOf, isForUsers, readPages, repository, tablesUnder } from "../helpers/markdown.ts";

const pages = await readPages();
const namePattern = /\bDYNAMIC_MCP_[A-Z_]*[A-Z]\b/g;

const namesIn = (text: string) => Array.from(text.matchAll(namePattern), ([name]) => name);

/** Read by the tests alone. */
const ofTests = new Set(["DYNAMIC_MCP_BINARY"]);

/** What reads variables: the program, without its tests, and the installers. */
async function readReaders(): Promise<{ path: string; text: string }[]> {
	const found = await Array.fromAsync(new Bun.Glob("src/**/*.ts").scan({ cwd: repository }));
	const paths = [...found.filter((path) => !path.endsWith(".test.ts")), "install.sh", "install.ps1"];
	return Promise.all(paths.map(async (path) => ({ path, text: await Bun.file(`${repository}/${path}`).text() })));
}

/** First cells of a table, without backticks, values and what follows a comma. */
const firstCells = (text: string, heading: string) => tablesUnder(text, heading).map(([cell = ""]) => cell);

const pageOf = (path: string) => pages.find((page) => page.path === path)?.text ?? "";

describe("variables", () => {
	test("that are told of are read by the program or an installer", async () => {
		const known = new Set((await readReaders()).flatMap(({ text }) => namesIn(text)));
		const told = pages.flatMap(({ path, text }) => namesIn(text).map((name) => ({ path, name })));
		expect(told.length).toBeGreaterThan(10);
		expect(told.filter(({ name }) => !known.has(name) && !ofTests.has(name))).toEqual([]);
	});

	test("that are read are told of, in the table of the page that they belong to", async () => {
		const tables = ["docs/configuration.md", "docs/install.md"].flatMap((path) =>
			firstCells(pageOf(path), "Environment variables").flatMap(namesIn),
		);
		const read = (await readReaders()).flatMap(({ path, text }) => namesIn(text).map((name) => `${name} (${path})`));
		const missing = [...new Set(read)].filter((found) => !tables.includes(found.split(" ")[0] ?? ""));
		expect(missing).toEqual([]);
	});
});

describe("options of the installers", () => {
	const optionsOf = (heading: string) =>
		firstCells(pageOf("docs/install.md"), heading)
			.flatMap(codeSpansOf)
			.map((code) => code.split(" ")[0] ?? "")
			.sort();

	test("are those that install.sh --help lists", async () => {
		const script = await Bun.file(`${repository}/install.sh`).text();
		const usage = /^usage\(\) \{\n[^]*?^END$/m.exec(script)?.[0] ?? "";
		const listed = usage.split("\n").filter((line) => /^ {2}-/.test(line));
		// Up to the explanation, which stands behind two blanks at least.
		const options = listed.flatMap(
			(line) =>
				line
					.trim()
					.split(/ {2}/)[0]
					?.match(/--?[a-z][a-z-]*/g) ?? [],
		);
		expect(options).toContain("--version");
		expect(optionsOf("Options of install.sh")).toEqual([...new Set(options)].sort());
	});

	test("are the parameters of install.ps1", async () => {
		const script = await Bun.file(`${repository}/install.ps1`).text();
		const [, block = ""] = /^\s*param\s*\(([^]*?)^\s*\)/im.exec(script) ?? [];
		const parameters = Array.from(block.matchAll(/\[(?:string|switch)\]\s*\$(\w+)/gi), ([, name = ""]) => `-${name}`);
		expect(parameters).toContain("-Version");
		expect(optionsOf("Options of install.ps1")).toEqual(parameters.sort());
	});

	test("that are shown in commands are in the tables", () => {
		const known = new Set([...optionsOf("Options of install.sh"), ...optionsOf("Options of install.ps1")]);
		const shown = pages
			.filter(isForUsers)
			.flatMap(({ path, text }) =>
				Array.from(
					text.matchAll(/install\.(?:sh \| sh -s --|sh(?= -)|ps1\)\)\))((?: --?[\w-]+(?: [\w./]+)?)+)/gi),
					(match) => Array.from((match[1] ?? "").matchAll(/(?<= )--?[a-z][\w-]*/gi), ([option]) => ({ path, option })),
				).flat(),
			);
		expect(shown.length).toBeGreaterThan(5);
		expect(shown.filter(({ option }) => !known.has(option))).toEqual([]);
	});
});
