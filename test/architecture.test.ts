/** Holds the code to the layers of the design: who may import whom, how long a file may be, where state may live. */
import { describe, expect, test } from "bun:test";
import { posix } from "node:path";

interface SourceFile {
	/** From the top of the repository: `src/relay/route.ts`. */
	readonly path: string;
	readonly text: string;
}

interface Import {
	/** A path from the top of the repository. */
	readonly target: string;
	readonly isTypeOnly: boolean;
}

/** Besides itself. `config types` allows `import type` only, `observe/events` and `accounting/counts` only that file. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
	base: [],
	protocol: ["base"],
	era: ["base", "protocol"],
	config: ["base"],
	accounting: ["base"],
	observe: ["base", "protocol"],
	catalog: ["base", "protocol", "config types", "observe/events"],
	auth: ["base", "protocol", "config types", "observe/events"],
	upstream: ["base", "protocol", "era", "config types", "observe/events"],
	downstream: ["base", "protocol", "observe/events"],
	spill: ["base"],
	relay: ["base", "protocol", "era", "catalog", "observe/events", "accounting/counts"],
	clients: ["base", "config"],
	upgrade: ["base"],
	cli: ["everything"],
	main: ["cli"],
};

const maxLines = 300;

/** `import … from`, `import type … from`, `export … from`, bare `import`, `import()` as value and type, `require()`. */
const importPatterns: readonly RegExp[] = [
	/(?:^|[;\n}])\s*(?:import|export)\b(?<what>[^"'`;()]*?)\bfrom\s*["'](?<from>[^"']+)["']/g,
	/(?:^|[;\n}])\s*import\s*["'](?<from>[^"']+)["']/g,
	/\b(?<what>typeof\s+)?(?:import|require)\s*\(\s*["'`](?<from>[^"'`]+)["'`]/g,
];

/** Imports of other files; packages are not among them. */
function importsOf({ path, text }: SourceFile): Import[] {
	return importPatterns
		.flatMap((pattern) => Array.from(text.matchAll(pattern)))
		.map(({ groups }) => ({ from: groups?.["from"] ?? "", what: groups?.["what"] ?? "" }))
		.filter(({ from }) => from.startsWith("."))
		.map(({ from, what }) => ({
			target: posix.join(posix.dirname(path), from),
			isTypeOnly: /^\s*(type\b(?!\s*,)|typeof\b)/.test(what),
		}));
}

/** `src/relay/route.ts` is in `relay`, `src/main.ts` in `main`; undefined outside of `src`. */
function folderOf(path: string): string | undefined {
	return /^src\/([^/]+?)(?:\.ts)?(?:\/|$)/.exec(path)?.[1];
}

function isAllowed(from: string, { target, isTypeOnly }: Import): boolean {
	const to = folderOf(target);
	const allowed = mayImport[from] ?? [];
	if (to === from || allowed.includes("everything")) return true;
	if (to === undefined) return false;
	if (allowed.includes(to)) return true;
	if (allowed.includes("config types") && to === "config") return isTypeOnly;
	return ["observe/events", "accounting/counts"].some((file) => allowed.includes(file) && target === `src/${file}.ts`);
}

function layerProblems(files: readonly SourceFile[]): string[] {
	return files.flatMap((file) => {
		const folder = folderOf(file.path) ?? "";
		if (mayImport[folder] === undefined) return [`${file.path}: the folder ${folder} is not in the table`];
		const forbidden = importsOf(file).filter((found) => !isAllowed(folder, found));
		return forbidden.map(({ target }) => `${file.path}: ${folder} may not import ${target}`);
	});
}

/** Each cycle once, as the path of files that leads round. */
function cycleProblems(files: readonly SourceFile[]): string[] {
	const targets = new Map(files.map((file) => [file.path, importsOf(file).map(({ target }) => target)]));
	const problems: string[] = [];
	const done = new Set<string>();
	function visit(path: string, trail: readonly string[]): void {
		const start = trail.indexOf(path);
		if (start !== -1) problems.push(`cycle: ${[...trail.slice(start), path].join(" > ")}`);
		if (done.has(path)) return;
		done.add(path);
		for (const target of targets.get(path) ?? []) visit(target, [...trail, path]);
	}
	for (const { path } of files) visit(path, []);
	return problems;
}

function sizeProblems(files: readonly SourceFile[]): string[] {
	return files
		.map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }))
		.filter(({ lines }) => lines > maxLines)
		.map(({ path, lines }) => `${path}: ${lines} lines, of at most ${maxLines}`);
}

/** Variables, and collections that start empty and so are there to be filled, at the top level of a module. */
const statePattern =
	/^(?:export )?(?:(?:let|var) |const .*= (?:new (?:Weak)?(?:Map|Set)(?:<.*>)?\(\)|\[\]|\{\});?$).*/gm;

function stateProblems(files: readonly SourceFile[]): string[] {
	return files.flatMap(({ path, text }) => Array.from(text.matchAll(statePattern), ([line]) => `${path}: ${line}`));
}

function consoleProblems(files: readonly SourceFile[]): string[] {
	return files.flatMap(({ path, text }) =>
		text.split("\n").flatMap((line) => (/\bconsole\s*\./.test(line) ? [`${path}: ${line.trim()}`] : [])),
	);
}

/** Sorting the imports takes a comment that stands in front of one along. */
function headProblems(files: readonly SourceFile[]): string[] {
	return files.flatMap(({ path, text }) => {
		const at = /^\/\*\*(?:[^*]|\*(?!\/))*\*\/\nimport /m.exec(text)?.index;
		const before = text.slice(0, at).replace(/^#!.*\n/, "");
		return at === undefined || before === "" ? [] : [`${path}: the module's comment is not the first thing in it`];
	});
}

async function readAll(...folders: string[]): Promise<SourceFile[]> {
	const top = `${import.meta.dir}/..`;
	const glob = new Bun.Glob(`{${folders.join(",")}}/**/*.ts`);
	const paths = await Array.fromAsync(glob.scan({ cwd: top }));
	return Promise.all(paths.sort().map(async (path) => ({ path, text: await Bun.file(`${top}/${path}`).text() })));
}

const all = await readAll("src", "test", "bench", "scripts");
const source = all.filter(({ path }) => path.startsWith("src/") && !path.endsWith(".test.ts"));

describe("in the source", () => {
	test("there is something to check", () => {
		expect(source.map(({ path }) => path)).toContain("src/main.ts");
	});

	test.each([
		["every import is allowed by the table of layers", layerProblems],
		["no files import each other in a circle", cycleProblems],
		["no module has state at its top level", stateProblems],
		["nothing is printed with console", consoleProblems],
		["a module's comment is the first thing in it", headProblems],
	])("%s", (_, problemsOf) => {
		expect(problemsOf(source)).toEqual([]);
	});
});

test("no file is too long, tests, benchmarks and scripts included", () => {
	expect(sizeProblems(all)).toEqual([]);
});

/** Made-up files by path. */
function filesOf(texts: Readonly<Record<string, string>>): SourceFile[] {
	return Object.entries(texts).map(([path, text]) => ({ path, text }));
}

describe("a planted violation is found:", () => {
	test.each([
		["an import", 'import { x } from "../relay/y.ts";'],
		["a type's import", 'import type { X } from "../relay/y.ts";'],
		["an import over several lines", 'import {\n\tx,\n\ttype Y,\n} from "../relay/y.ts";'],
		["an import for its effect", 'import "../relay/y.ts";'],
		["an import behind another statement", 'const a = 1; import { x } from "../relay/y.ts";'],
		["a namespace", "import * as y from '../relay/y.ts';"],
		["a re-export", 'export * from "../relay/y.ts";'],
		["a type's re-export", 'export type { X } from "../relay/y.ts";'],
		["a dynamic import", 'const y = await import("../relay/y.ts");'],
		["a type's dynamic import", 'let y: import("../relay/y.ts").Y;'],
		["require", 'const y = require("../relay/y.ts") as typeof import("../base/z.ts");'],
	])("%s of an upper layer", (_, text) => {
		expect(layerProblems(filesOf({ "src/protocol/x.ts": text }))).toEqual([
			"src/protocol/x.ts: protocol may not import src/relay/y.ts",
		]);
	});

	test.each([
		["src/upstream/x.ts", 'import { load } from "../config/load.ts";', "upstream may not import src/config/load.ts"],
		["src/upstream/x.ts", 'import { type L } from "../config/load.ts";', "upstream may not import src/config/load.ts"],
		["src/relay/x.ts", 'import type { L } from "../config/load.ts";', "relay may not import src/config/load.ts"],
		["src/relay/x.ts", 'import type { P } from "../upstream/pool.ts";', "relay may not import src/upstream/pool.ts"],
		["src/relay/x.ts", 'import { l } from "../observe/log.ts";', "relay may not import src/observe/log.ts"],
		["src/main.ts", 'import { UserError } from "./base/errors.ts";', "main may not import src/base/errors.ts"],
		["src/base/x.ts", 'import { v } from "../../package.json";', "base may not import package.json"],
		["src/base/x.ts", 'import { h } from "../../test/helpers/h.ts";', "base may not import test/helpers/h.ts"],
		["src/extra/x.ts", "", "the folder extra is not in the table"],
	])("%s with %s", (path, text, problem) => {
		expect(layerProblems(filesOf({ [path]: text }))).toEqual([`${path}: ${problem}`]);
	});

	test("a cycle, of types too", () => {
		const files = filesOf({
			"src/base/a.ts": 'import { b } from "./b.ts";',
			"src/base/b.ts": 'import type { C } from "./c.ts";',
			"src/base/c.ts": 'export { a } from "./a.ts";',
		});
		expect(cycleProblems(files)).toEqual(["cycle: src/base/a.ts > src/base/b.ts > src/base/c.ts > src/base/a.ts"]);
	});

	test("a file of 301 lines", () => {
		const files = filesOf({ "src/a.ts": "\n".repeat(300), "src/b.ts": "\n".repeat(301) });
		expect(sizeProblems(files)).toEqual(["src/b.ts: 301 lines, of at most 300"]);
	});

	test.each([
		"let count = 0;",
		"export let count = 0;",
		"var count = 0;",
		"const cache = new Map();",
		"export const cache = new Map<string, Set<number>>();",
		"const cache: Map<string, number> = new Map();",
		"const seen = new WeakSet();",
		"const list: string[] = [];",
		"const byName: Record<string, number> = {};",
	])("the state %s", (text) => {
		expect(stateProblems(filesOf({ "src/base/x.ts": `// A\n${text}\n` }))).toEqual([`src/base/x.ts: ${text}`]);
	});

	test("a module's comment between its imports", () => {
		const text = 'import { a } from "./a.ts";\n/** Does it. */\nimport { b } from "./b.ts";\n';
		expect(headProblems(filesOf({ "src/base/x.ts": text }))).toEqual([
			"src/base/x.ts: the module's comment is not the first thing in it",
		]);
	});

	test("a line for the console", () => {
		expect(consoleProblems(filesOf({ "src/base/x.ts": "\tconsole.error(1);" }))).toEqual([
			"src/base/x.ts: console.error(1);",
		]);
	});
});

test("what is allowed is not taken for a violation", () => {
	const files = filesOf({
		"src/upstream/x.ts": [
			"/** Does it. */",
			'import type { Config } from "../config/load.ts";',
			'export type { Issue } from "../config/load.ts";',
			'import type { Emit } from "../observe/events.ts";',
			'import { z } from "./z.ts";',
			'import { createConsola } from "consola";',
			'const table = new Map([["a", 1]]);',
			"export function f() {",
			"\tlet count = 0;",
			"\tconst cache = new Map();",
			"}",
		].join("\n"),
		"src/cli/version.ts": 'import { version } from "../../package.json";',
		"src/clients/cursor.ts": 'import { load } from "../config/load.ts";',
	});
	const checks = [layerProblems, cycleProblems, stateProblems, sizeProblems, consoleProblems, headProblems];
	expect(checks.flatMap((problemsOf) => problemsOf(files))).toEqual([]);
});
