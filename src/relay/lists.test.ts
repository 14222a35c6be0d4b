import { describe, expect, test } from "bun:test";

import * as fc from "fast-check";

import { groupOf } from "../../test/helpers/groups.ts";
import { type GroupList, mergeByKey, mergePrompts, pageOf } from "./lists.ts";

const listOf = (group: string, ...items: unknown[]): GroupList => ({ group: groupOf(group), items });
const prompts = (group: string, ...names: string[]) => listOf(group, ...names.map((name) => ({ name, of: group })));

describe("merging by key", () => {
	test("keeps the order of the groups and of their items, and the items themselves", () => {
		const [one, two, three] = [{ uri: "b", x: [] }, { uri: "a" }, { uri: "c", n: 1 }];
		const merged = mergeByKey([listOf("fs", one, two), listOf("git", three)], "uri");
		expect([merged, merged.map((item, index) => item === [one, two, three][index])]).toEqual([
			[one, two, three],
			[true, true, true],
		]);
	});

	test("takes the first group's item of those with the same key", () => {
		const lists = [listOf("fs", { uri: "a", of: "fs" }), listOf("git", { uri: "a", of: "git" }, { uri: "b" })];
		expect(mergeByKey(lists, "uri")).toEqual([{ uri: "a", of: "fs" }, { uri: "b" }]);
	});

	test.each([[null], [7], ["uri"], [[]], [{}], [{ uri: 7 }], [{ uri: null }], [{ name: "a" }]])(
		"leaves out what has no such key: %j",
		(item) => {
			expect(mergeByKey([listOf("fs", item, { uri: "a" })], "uri")).toEqual([{ uri: "a" }]);
		},
	);

	test.each(["__proto__", "constructor", ""])("takes %j for a key like any other", (uri) => {
		expect(mergeByKey([listOf("fs", { uri }), listOf("git", { uri })], "uri")).toEqual([{ uri }]);
	});
});

describe("merging prompts", () => {
	const namesOf = (...lists: GroupList[]) =>
		Array.from(mergePrompts(lists), ([listed, { group, name, item }]) => {
			expect(item["name"]).toBe(listed);
			return `${listed} = ${group.name}: ${name}`;
		});

	test("leaves names that only one group has, and the items themselves", () => {
		const item = { name: "review", arguments: [{ name: "n" }] };
		const [found] = mergePrompts([listOf("git", item)]).values();
		expect(found?.item).toBe(item);
	});

	test("puts the group before the name for every group but the first", () => {
		expect(namesOf(prompts("fs", "review"), prompts("git", "review", "log"), prompts("db", "review"))).toEqual([
			"review = fs: review",
			"git_review = git: review",
			"log = git: log",
			"db_review = db: review",
		]);
	});

	test("finds another name when that one is taken, too", () => {
		const lists = [prompts("fs", "review", "git_review", "git_review_2"), prompts("git", "review")];
		expect(namesOf(...lists).at(-1)).toBe("git_review_3 = git: review");
	});

	test("keeps everything but the name of a renamed prompt, and does not touch the server's own item", () => {
		const item = { name: "review", title: "Review", _meta: { a: 1 } };
		const merged = mergePrompts([prompts("fs", "review"), listOf("git", item)]);
		expect([merged.get("git_review")?.item, item]).toEqual([
			{ name: "git_review", title: "Review", _meta: { a: 1 } },
			{ name: "review", title: "Review", _meta: { a: 1 } },
		]);
	});

	test.each([[null], [7], [{}], [{ name: 7 }], [["review"]]])("leaves out what has no name: %j", (item) => {
		expect(namesOf(listOf("fs", item), prompts("git", "review"))).toEqual(["review = git: review"]);
	});

	test("takes a name like __proto__ for one", () => {
		expect(namesOf(prompts("fs", "__proto__"), prompts("git", "__proto__"))).toEqual([
			"__proto__ = fs: __proto__",
			"git___proto__ = git: __proto__",
		]);
	});

	/** Few names, such that many are the same and some are what another would be renamed to. */
	const name = fc.constantFrom("a", "b", "g0_a", "g1_a", "g1_b", "g1_a_2", "g2_a");
	const groups = fc
		.array(fc.uniqueArray(name, { maxLength: 7 }), { maxLength: 4 })
		.map((lists) => lists.map((names, index) => prompts(`g${index}`, ...names)));

	test("property: every prompt of every group is listed once, under a name of its own", () => {
		fc.assert(
			fc.property(groups, (lists) => {
				const found = Array.from(mergePrompts(lists).values(), ({ group, name }) => `${group.name} ${name}`);
				const all = lists.flatMap(({ group, items }) =>
					items.map((item) => `${group.name} ${(item as { name: string }).name}`),
				);
				expect(found).toEqual(all);
			}),
		);
	});

	test("property: what a group's prompts are called does not depend on the groups behind it", () => {
		fc.assert(
			fc.property(groups, fc.nat(4), (lists, count) => {
				const few = namesOf(...lists.slice(0, count));
				expect(namesOf(...lists).slice(0, few.length)).toEqual(few);
			}),
		);
	});
});

describe("a page", () => {
	const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

	/** All pages, from the first to the one without a cursor. */
	function readAll(items: readonly unknown[]) {
		const pages = [];
		let cursor: string | undefined;
		do {
			const page = pageOf(items, cursor);
			if (page === undefined) throw new Error(`the cursor ${cursor} was not taken`);
			pages.push(page.items);
			cursor = page.nextCursor;
		} while (cursor !== undefined && pages.length < 100);
		return pages;
	}

	test("property: all pages put together are the whole list, and none is empty but the only one", () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 2_600 }), (count) => {
				const pages = readAll(numbers(count));
				expect(pages.flat()).toEqual(numbers(count));
				expect(pages.slice(1).every((page) => page.length > 0)).toBe(true);
			}),
		);
	});

	test.each([
		[0, 1],
		[1, 1],
		[500, 1],
		[501, 2],
		[1_000, 2],
	])("list of %d items has %d pages", (count, pages) => {
		expect(readAll(numbers(count)).length).toBe(pages);
	});

	test("behind the end of a list that has become shorter is empty, and the last", () => {
		const cursor = pageOf(numbers(501), undefined)?.nextCursor;
		expect(pageOf(numbers(3), cursor)).toEqual({ items: [], nextCursor: undefined });
	});

	test.each(["500", "from 500", "", "%%%", "ZnJvbSAtMQ", "ZnJvbSAxZTM", "ZnJvbSA5OTk5OTk5OTk5OTk", "ZnJvbSA1MDAgYW5k"])(
		"at the cursor %j, which is none of ours, is none",
		(cursor) => {
			expect(pageOf(numbers(600), cursor)).toBeUndefined();
		},
	);

	test("property: any text for a cursor is answered", () => {
		fc.assert(
			fc.property(fc.oneof(fc.string(), fc.base64String()), (cursor) => {
				expect(["undefined", "object"]).toContain(typeof pageOf(numbers(3), cursor));
			}),
		);
	});
});
