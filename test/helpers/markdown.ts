/** Reads the project's documents: their code, their links, and the anchors that GitHub makes of their headings. */
import { posix } from "node:path";

export interface Page {
	/** From the top of the repository: `docs/install.md`. */
	readonly path: string;
	readonly text: string;
}

export interface Fence {
	/** What stands behind the three backticks; empty when nothing does. */
	readonly language: string;
	readonly code: string;
	/** Of the first line of the code, from 1. */
	readonly line: number;
}

export const repository = `${import.meta.dir}/../..`;

/** Every document of the repository, those beside the source included. */
export async function readPages(): Promise<readonly Page[]> {
	const globs = ["*.md", "{docs,src}/**/*.md"].map((pattern) => new Bun.Glob(pattern));
	const paths = (await Promise.all(globs.map((glob) => Array.fromAsync(glob.scan({ cwd: repository }))))).flat();
	return Promise.all(
		paths.sort().map(async (path) => ({ path, text: await Bun.file(`${repository}/${path}`).text() })),
	);
}

/** What is written for users: the front page and the manual, not the changelog nor what developers read. */
export function isForUsers({ path }: Page): boolean {
	return path === "README.md" || path === "SECURITY.md" || path.startsWith("docs/");
}

/** The blocks of code, those that are indented, as in a list, included. */
export function fencesOf(text: string): Fence[] {
	const fences: Fence[] = [];
	let open: { indent: string; language: string; lines: string[]; line: number } | undefined;
	for (const [index, line] of text.split("\n").entries()) {
		const [, indent = "", language = ""] = /^(\s*)```(\S*)\s*$/.exec(line) ?? [];
		const isMark = /^\s*```/.test(line);
		if (open === undefined) {
			if (isMark) open = { indent, language, lines: [], line: index + 2 };
		} else if (isMark && language === "") {
			fences.push({ language: open.language, code: open.lines.join("\n"), line: open.line });
			open = undefined;
		} else {
			open.lines.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line);
		}
	}
	if (open !== undefined) throw new Error(`the code that begins in line ${open.line} has no end`);
	return fences;
}

/** The text without its blocks of code, which keep their place as empty lines. */
export function proseOf(text: string): string {
	return text.replace(/^\s*```[^]*?^\s*```\s*$/gm, (block) => block.replaceAll(/[^\n]/g, ""));
}

/** What stands between single backticks, outside of blocks. */
export function codeSpansOf(text: string): string[] {
	return Array.from(proseOf(text).matchAll(/(?<!`)`([^`\n]+)`(?!`)/g), ([, code = ""]) => code);
}

/** Where links and pictures lead: `[text](target)`. */
export function linksOf(text: string): string[] {
	const prose = proseOf(text).replaceAll(/`[^`\n]*`/g, "`code`");
	return Array.from(prose.matchAll(/\]\(([^()\s]+)\)/g), ([, target = ""]) => target);
}

/** The anchors of the headings, as GitHub makes them: https://github.com/gjtorikian/html-pipeline (table of contents filter). */
export function anchorsOf(text: string): ReadonlySet<string> {
	const anchors = new Set<string>();
	for (const [, title = ""] of proseOf(text).matchAll(/^#{1,6} +(.+?) *$/gm)) {
		const plain = title.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
		const anchor = plain.replaceAll(/[^\p{L}\p{N}\p{M}\s_-]/gu, "").replaceAll(/\s/g, "-");
		let unique = anchor;
		for (let count = 1; anchors.has(unique); count++) unique = `${anchor}-${count}`;
		anchors.add(unique);
	}
	return anchors;
}

/** The cells of each table under a heading, without its two head lines. */
export function tablesUnder(text: string, heading: string): string[][] {
	const lines = text.split("\n");
	const from = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, "") === heading);
	if (from === -1) throw new Error(`no heading "${heading}"`);
	const length = lines.slice(from + 1).findIndex((line) => /^#+ /.test(line));
	const section = lines.slice(from + 1, length === -1 ? undefined : from + 1 + length);
	const rows = section.filter((line, index) => line.startsWith("|") && section[index - 1]?.startsWith("|"));
	return rows.filter((line) => !/^\|[\s|:-]+\|$/.test(line)).map(cellsOf);
}

function cellsOf(line: string): string[] {
	// A bar in a cell is written `\|`.
	return line
		.slice(1, -1)
		.split(/(?<!\\)\|/)
		.map((cell) => cell.replaceAll("\\|", "|").trim());
}

/** The path of what a page links to, from the top of the repository, and the anchor in it. */
export function resolveLink(page: Page, target: string): { path: string; anchor: string | undefined } {
	const [file = "", anchor] = target.split("#");
	return { path: file === "" ? page.path : posix.join(posix.dirname(page.path), file), anchor };
}
