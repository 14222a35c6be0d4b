/** No document sends its reader to where nothing is. */
import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";

import { bugs, homepage, repository as source } from "../../package.json";
import { anchorsOf, codeSpansOf, linksOf, type Page, readPages, repository, resolveLink } from "../helpers/markdown.ts";

const pages = await readPages();
const own = source.url.replace(/^git\+/, "").replace(/\.git$/, "");

const isExternal = (target: string) => /^[a-z]+:/.test(target);

function problemsOf(page: Page, all: readonly Page[], exists: (path: string) => boolean): string[] {
	return linksOf(page.text)
		.filter((target) => !isExternal(target))
		.flatMap((target) => {
			const { path, anchor } = resolveLink(page, target);
			if (!exists(path)) return [`${page.path}: ${target} leads to ${path}, which is not there`];
			const text = all.find((each) => each.path === path)?.text;
			if (anchor === undefined || (text !== undefined && anchorsOf(text).has(anchor))) return [];
			return [`${page.path}: ${target}: ${path} has no such heading`];
		});
}

const existsHere = (path: string) => existsSync(`${repository}/${path}`);

test("there are pages and links to check", () => {
	expect(pages.map(({ path }) => path)).toEqual(
		expect.arrayContaining(["README.md", "SECURITY.md", "docs/install.md", "src/ARCHITECTURE.md"]),
	);
	expect(linksOf(pages.find(({ path }) => path === "README.md")!.text).length).toBeGreaterThan(10);
});

test.each(pages.map((page) => [page.path, page] as const))("every link in %s leads somewhere", (_path, page) => {
	expect(problemsOf(page, pages, existsHere)).toEqual([]);
});

test("every page of the manual can be reached from the README", () => {
	const reached = new Set(["README.md"]);
	for (const path of reached) {
		const page = pages.find((each) => each.path === path);
		for (const target of linksOf(page?.text ?? "").filter((each) => !isExternal(each))) {
			reached.add(resolveLink({ path, text: "" }, target).path);
		}
	}
	expect(pages.map(({ path }) => path).filter((path) => !reached.has(path))).toEqual([]);
});

test("every address of this project's own is of the repository that package.json names", () => {
	expect([homepage, bugs]).toEqual([own, `${own}/issues`]);
	// Of packages and of the tap only the owner can be seen.
	const owner = own.split("/").at(-2);
	const found = pages.flatMap(({ path, text }) =>
		Array.from(text.matchAll(/https:\/\/(?:github|raw\.githubusercontent)\.com\/[\w.-]+\/dynamic-mcp\b/g), ([url]) => [
			path,
			url,
		]),
	);
	expect(found.filter(([, url]) => url !== own)).toEqual([]);
	expect(found.length).toBeGreaterThan(0);
	const taps = pages.flatMap(({ text }) => Array.from(text.matchAll(/([\w-]+)\/tap\b/g), ([, tap]) => tap));
	expect(new Set(taps)).toEqual(new Set([owner]));
});

describe("a planted mistake is found:", () => {
	const page = (text: string): Page => ({ path: "docs/a.md", text });
	const other: Page = { path: "docs/b.md", text: "# B\n\n## Of `code`, and more\n\n## Twice\n\n## Twice\n" };
	const exists = (path: string) => ["docs/a.md", "docs/b.md", "README.md"].includes(path);

	test.each([
		["a page that is not there", "[x](c.md)"],
		["a page of another folder", "[x](README.md)"],
		["a heading that is not there", "[x](b.md#c)"],
		["a heading of its own that is not there", "# A\n\n[x](#c)"],
		["a heading with another spelling", "[x](b.md#of-code-and_more)"],
		["a third one of two", "[x](b.md#twice-2)"],
	])("%s", (_what, text) => {
		expect(problemsOf(page(text), [page(text), other], exists)).toHaveLength(1);
	});

	test.each([
		["a page", "[x](b.md) [y](../README.md)"],
		["a heading", "[x](b.md#of-code-and-more) [y](b.md#twice-1)"],
		["a heading of its own", "# A b\n\n[x](#a-b)"],
		["an address", "[x](https://example.com/c.md#d)"],
		["what only looks like a link", "```json\n[x](c.md)\n```\n\n`[x](c.md)`"],
	])("and %s is none", (_what, text) => {
		expect(problemsOf(page(text), [page(text), other], exists)).toEqual([]);
	});
});

test("every file that stands in backticks with its path is there", () => {
	const named = pages
		.filter(({ path }) => path !== "CHANGELOG.md")
		.flatMap(({ path, text }) =>
			codeSpansOf(text)
				.filter((code) => /^(?:src|test|scripts|bench|docs)\/[\w./-]+\.(?:ts|md|json)$/.test(code))
				.map((file) => ({ path, file })),
		);
	expect(named.length).toBeGreaterThan(20);
	expect(named.filter(({ file }) => !existsHere(file))).toEqual([]);
});
