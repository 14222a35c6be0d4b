/** Every command that the documents tell a person to run exists, with the options that are named. */
import { beforeAll, describe, expect, test } from "bun:test";

import { packageManager, scripts } from "../../package.json";
import { codeSpansOf, fencesOf, isForUsers, type Page, readPages, repository } from "../helpers/markdown.ts";
import { runCli } from "../helpers/run-cli.ts";

const pages = await readPages();
const bun = packageManager;

interface Mention {
	/** The page. */
	readonly at: string;
	/** `dynamic-mcp` and what follows, as in `dynamic-mcp upgrade --check`. */
	readonly text: string;
}

/** What a person may type: blocks of commands, and code between backticks. */
function typedIn({ path, text }: Page): Mention[] {
	const blocks = fencesOf(text).filter(({ language }) => ["sh", "console", "powershell"].includes(language));
	const lines = blocks.flatMap(({ code }) => code.split("\n"));
	return [...lines, ...codeSpansOf(text)].map((typed) => ({ at: path, text: typed }));
}

/** Runs of our own program in what is typed: at the start, after `&&`, after `claude mcp add … --`; with or without a path. */
function ourCommands({ at, text }: Mention): Mention[] {
	const found = text.matchAll(
		/(?:^\s*|&& |; |\| | -- |npx -y )(?:[^\s|&;]*[/\\])?(?:dynamic-mcp|dmcp)(?:\.exe)?(?=\s|$)((?: +[^\s|&;]+)*)/g,
	);
	return Array.from(found, ([, rest = ""]) => ({ at, text: rest.trim() })).filter(({ text }) => text !== "");
}

/** `upgrade` of `upgrade [version] [--check]`; undefined for a config file, an option, or a placeholder. */
const commandOf = (rest: string) => /^[a-z][a-z-]*(?= |$)/.exec(rest)?.[0];

const optionsOf = (rest: string) =>
	Array.from(rest.matchAll(/(?<=^|[\s[])(--?[a-z][\w-]*)/gi), ([, option = ""]) => option);

/** The commands of the built program by name, and of each its help; "" is the program without a command. */
const help = new Map<string, string>();

beforeAll(async () => {
	const { stdout } = await runCli(["--help"]);
	help.set("", stdout);
	const [, list = ""] = /^COMMANDS\n((?:.+\n)+)/m.exec(stdout) ?? [];
	const names = Array.from(list.matchAll(/^ {2}([a-z-]+) {2}/gm), ([, name = ""]) => name);
	for (const name of names) help.set(name, (await runCli([name, "--help"])).stdout);
});

/** What the program takes without a command although its help does not list it. */
const unlisted = ["--help", "-h", "--version", "-V", "-v"];

function problemOf({ at, text }: Mention): string[] {
	const name = commandOf(text) ?? "";
	if (name === "help") return [];
	const known = help.get(name);
	if (known === undefined) return [`${at}: dynamic-mcp ${text}: there is no command ${name}`];
	const missing = optionsOf(text).filter((option) => !known.includes(option) && !unlisted.includes(option));
	return missing.map((option) => `${at}: dynamic-mcp ${text}: there is no option ${option}`);
}

test("the program tells which commands it has", () => {
	expect([...help.keys()]).toEqual(expect.arrayContaining(["", "serve", "demo", "schema"]));
});

test.each(pages.filter(isForUsers).map((page) => [page.path, page] as const))(
	"every command of ours in %s is one that the program has",
	(_path, page) => {
		expect(typedIn(page).flatMap(ourCommands).flatMap(problemOf)).toEqual([]);
	},
);

test("every command that the program has is told of", () => {
	const told = new Set(
		pages
			.filter(isForUsers)
			.flatMap(typedIn)
			.flatMap(ourCommands)
			.map(({ text }) => commandOf(text)),
	);
	// `serve` is what happens without a command, and `help` is in every help.
	expect([...help.keys()].filter((name) => !["", "serve"].includes(name) && !told.has(name))).toEqual([]);
});

describe("a planted mistake is found:", () => {
	test.each([
		["an unknown command", "dynamic-mcp inport cursor"],
		["an unknown command after a path", "~/.local/bin/dynamic-mcp inport"],
		["an unknown option", "dynamic-mcp --loglevel debug"],
		["an unknown option of a command", "dynamic-mcp schema --check"],
		["behind another program", "claude mcp add x -- /opt/dynamic-mcp inport"],
		["by the short name", "dmcp inport"],
	])("%s", (_what, text) => {
		expect(ourCommands({ at: "page", text }).flatMap(problemOf)).toHaveLength(1);
	});

	test.each([
		"dynamic-mcp",
		"dynamic-mcp --log-level debug <config>",
		"dynamic-mcp ~/servers.json",
		"dynamic-mcp schema > config.schema.json",
		"brew install asyrjasalo/tap/dynamic-mcp",
		"claude mcp add dynamic-mcp -- /path/to/dynamic-mcp",
	])("and %s is none", (text) => {
		expect(ourCommands({ at: "page", text }).flatMap(problemOf)).toEqual([]);
	});
});

describe("commands of this repository", () => {
	/** `bun run build`, `npx -y bun@1.4.5 run test`. */
	const runs = pages.flatMap(({ path, text }) =>
		Array.from(text.matchAll(/\b(?:npx -y )?(bun(?:@[\d.]+)?) run ([\w:-]+)/g), ([, program = "", script = ""]) => {
			return { path, program, script };
		}),
	);

	test("are scripts of package.json", () => {
		expect(runs.length).toBeGreaterThan(5);
		expect(runs.filter(({ script }) => !(script in scripts))).toEqual([]);
	});

	test("are run by the Bun that package.json names", () => {
		expect(runs.filter(({ program }) => program !== "bun" && program !== bun)).toEqual([]);
	});

	test("that are run directly are files that are there", async () => {
		const files = pages.flatMap(({ path, text }) =>
			Array.from(text.matchAll(/\bbun ((?:scripts|bench)\/[\w/.-]+\.ts)/g), ([, file = ""]) => ({ path, file })),
		);
		const missing = [];
		for (const { path, file } of files) {
			if (!(await Bun.file(`${repository}/${file}`).exists())) missing.push(`${path}: ${file}`);
		}
		expect(missing).toEqual([]);
	});
});

/** `.ci/run` runs each line of these, as printed, in a fresh clone; so nothing else may look like them. */
describe("blocks marked sh", () => {
	const lines = (language: string, of: readonly Page[]) =>
		of.flatMap(({ path, text }) =>
			fencesOf(text)
				.filter((fence) => fence.language === language)
				.flatMap(({ code }) => code.split("\n").map((line) => ({ path, line }))),
		);

	test("are in the README alone", () => {
		expect(lines("sh", pages).filter(({ path }) => path !== "README.md")).toEqual([]);
	});

	test("hold the build, the demo and the tests, and nothing that needs more than a clone", () => {
		expect(lines("sh", pages).map(({ line }) => line)).toEqual(
			["build", "demo", "test"].map((script) => `npx -y ${bun} run ${script}`),
		);
	});

	test("are what .ci/run takes out of the README", async () => {
		const ci = await Bun.file(`${repository}/.ci/run`).text();
		expect(ci).toContain("/^```sh$/");
		expect(ci).toContain("README.md");
	});

	test("have no prompt: what is shown is what is typed", () => {
		const typed = ["sh", "console", "powershell"].flatMap((language) => lines(language, pages));
		expect(typed.length).toBeGreaterThan(20);
		expect(typed.filter(({ line }) => /^\s*(?:[$>#%]|PS\b.*>)\s/.test(line))).toEqual([]);
	});
});
