/** Holds every answer of `get_dynamic_tools` to its budget, and what it leaves out to the way that it names. */
import { describe, expect, test } from "bun:test";

import * as fc from "fast-check";

import { askAll, askGroup, askGroups, createParts } from "../../test/helpers/discovering.ts";
import { groupOf } from "../../test/helpers/groups.ts";
import { byteLength } from "../base/text.ts";
import { toolName } from "../catalog/signature.ts";
import type { Tool } from "../protocol/mcp.ts";
import type { Group } from "./group.ts";

/** `smallestSize` of the config. */
const smallest = 1_000;

const words = "file read write issue list create page commit".split(" ");
const wordArbitrary = fc.constantFrom(...words);
const nameArbitrary = fc.oneof(
	{ weight: 12, arbitrary: fc.array(wordArbitrary, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("_")) },
	{ weight: 3, arbitrary: fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 }) },
	{ weight: 1, arbitrary: fc.string({ minLength: 60, maxLength: 300 }) },
	{ weight: 1, arbitrary: fc.constantFrom("", " ", " a ", "#1", "#2", "#02", "a\nb", "a, b", "\u0001".repeat(60)) },
);
const textArbitrary = fc.oneof(
	fc.constant(""),
	fc.array(wordArbitrary, { minLength: 1, maxLength: 60 }).map((parts) => `${parts.join(" ")}. More of it.`),
	fc.string({ unit: "grapheme", maxLength: 400 }),
	fc.nat(30).map((times) => "Long lines of words, ".repeat(times * 20)),
);
const parameterArbitrary = fc.record({
	type: fc.constantFrom("string", "integer", "object", "array"),
	description: textArbitrary,
});
const toolArbitrary: fc.Arbitrary<Tool> = fc.record({
	name: nameArbitrary,
	description: textArbitrary,
	inputSchema: fc
		.dictionary(fc.stringMatching(/^[a-z]{1,12}$/), parameterArbitrary, { maxKeys: 12 })
		.chain((properties) =>
			fc
				.subarray(Object.keys(properties))
				.map((required) => ({ type: "object", properties, required, $schema: "x", title: "T" })),
		),
});
/** The few tools that a run makes, so many times over under other names, so that some catalogs are large. */
const toolsMade = (...times: number[]) =>
	fc
		.tuple(fc.array(toolArbitrary, { minLength: 1, maxLength: 12 }), fc.constantFrom(...times))
		.map(([tools, rounds]) => {
			const all = Array.from({ length: rounds }, (_, round) =>
				tools.map((tool) => (round === 0 ? tool : { ...tool, name: `${tool.name}_${round}` })),
			).flat();
			return [...new Map(all.map((tool) => [tool.name, tool])).values()];
		});
const toolsArbitrary = toolsMade(1, 1, 3, 15);
const budgetArbitrary = fc.oneof(fc.integer({ min: smallest, max: 3_000 }), fc.integer({ min: smallest, max: 30_000 }));
const formatArbitrary = fc.constantFrom("signature" as const, "json" as const);
const stateArbitrary = fc.option(fc.string({ maxLength: 400 }), { nil: undefined });

interface Answer {
	/** Names as they are written, of tools shown with details and of those only named. */
	readonly shown: readonly string[];
	readonly named: readonly string[];
	/** Places of tools that cannot be asked for by their names. */
	readonly places: readonly string[];
	/** How many more there are, and the place where they go on. */
	readonly more: number;
	readonly next: string | undefined;
}

/** Reads an answer as a model would: by what is written there alone. */
function readAnswer(text: string, tools: readonly Tool[]): Answer {
	const lines = text.split("\n");
	const isShown = (name: string) =>
		lines.some((line) => line.startsWith(`${toolName(name)}(`) || line.startsWith(`{"name":${JSON.stringify(name)},`));
	const list = lines
		.filter((line) => line.startsWith("By name only: "))
		.map((line) => line.slice("By name only: ".length));
	const listed = list.join(", ");
	const places = Array.from(listed.matchAll(/ \((#\d+)\)(?=, |$)/g), ([, place]) => place!);
	const entries = new Set(splitNames(listed));
	const named = tools.map(({ name }) => toolName(name)).filter((name) => entries.has(name));
	return {
		shown: tools.filter(({ name }) => isShown(name)).map(({ name }) => name),
		named,
		places,
		more: Number(/^(\d+) more (?:tools?:|tools? fit|fit the query:)/m.exec(text)?.[1] ?? 0),
		next: /query: "(#\d+)"\} goes on/.exec(text)?.[1],
	};
}

/** At `, ` outside of JSON strings. */
function splitNames(list: string): string[] {
	return list.match(/(?:"(?:[^"\\]|\\.)*"|[^",\s])+(?: \(#\d+\))?/gs) ?? [];
}

const isFull = (text: string, { name }: Tool) =>
	text.includes(`${toolName(name)}(`) || text.includes(`{"name":${JSON.stringify(name)}`);

/** Gets all tools of a group by going on as the answers say, and each that is only named by asking for it. */
async function getAll(ask: (query?: string) => Promise<string>, tools: readonly Tool[]): Promise<Set<string>> {
	const found = new Set<string>();
	let query: string | undefined;
	for (let asked = 0; asked <= tools.length; asked++) {
		const text = await ask(query);
		const { shown, named, places, more, next } = readAnswer(text, tools);
		for (const name of shown) found.add(name);
		for (const name of named) {
			const tool = tools.find((each) => toolName(each.name) === name)!;
			if (isFull(await ask(tool.name), tool)) found.add(tool.name);
		}
		for (const place of places) {
			const tool = tools[Number(place.slice(1)) - 1]!;
			if (isFull(await ask(place), tool)) found.add(tool.name);
		}
		expect(more > 0).toBe(next !== undefined);
		if (next === undefined) return found;
		query = next;
	}
	throw new Error("the answers go on without end");
}

const runs = { numRuns: 80 };

describe("property:", () => {
	const groupArbitrary = fc.record({
		tools: toolsArbitrary,
		budget: budgetArbitrary,
		format: formatArbitrary,
		state: stateArbitrary,
	});

	function open({ tools, budget, format, state }: typeof groupArbitrary extends fc.Arbitrary<infer T> ? T : never) {
		const group = groupOf("fs", { discoveryBudget: budget, format });
		const parts = createParts({ fs: tools }, { describeState: () => state });
		// As `route` hands it on.
		return (query = "") => askGroup(parts, group, query.trim() === "" ? undefined : query.trim());
	}

	test("whatever a group is asked, the answer is within its budget and the same every time", async () => {
		const queryArbitrary = fc.oneof(
			fc.constant(undefined),
			wordArbitrary,
			fc.constantFrom("#1", "#3", "zzz"),
			fc.string({ minLength: 1, maxLength: 2_000 }),
		);
		await fc.assert(
			fc.asyncProperty(groupArbitrary, queryArbitrary, async (made, query) => {
				const ask = open(made);
				const [text, again] = [await ask(query), await ask(query)];
				expect([byteLength(text) <= made.budget, again === text, text.isWellFormed()]).toEqual([true, true, true]);
			}),
			runs,
		);
	});

	test("every tool of a group is shown, named or counted", async () => {
		await fc.assert(
			fc.asyncProperty(groupArbitrary, async (made) => {
				const { shown, named, places, more } = readAnswer(await open(made)(), made.tools);
				expect(shown.length + named.length + places.length + more).toBe(made.tools.length);
			}),
			runs,
		);
	});

	test("every tool of a group can be had by the way that the answers name", async () => {
		await fc.assert(
			fc.asyncProperty(groupArbitrary, async (made) => {
				const found = await getAll(open(made), made.tools);
				expect([...found].sort()).toEqual(made.tools.map(({ name }) => name).sort());
			}),
			{ numRuns: 20 },
		);
	});

	test("a tool that is asked for by its name keeps all of its required parameters", async () => {
		await fc.assert(
			fc.asyncProperty(groupArbitrary, async (made) => {
				const ask = open(made);
				const [tool] = made.tools;
				if (tool === undefined || tool.name !== tool.name.trim() || tool.name === "" || byteLength(tool.name) > 128)
					return;
				const text = await ask(tool.name);
				const { required } = tool.inputSchema as { required: string[] };
				const line = text.split("\n").find((each) => isFull(each, tool)) ?? "";
				expect(required.filter((name) => !new RegExp(`\\b${name}\\b`).test(line))).toEqual([]);
			}),
			runs,
		);
	});

	test("of a search over all groups every hit is shown, named or counted, and can be had from its group", async () => {
		// Making the index of a search takes nearly all of the time.
		const offers = fc.dictionary(fc.stringMatching(/^[a-z]{1,20}$/), toolsMade(1, 1, 3), { minKeys: 1, maxKeys: 6 });
		await fc.assert(
			fc.asyncProperty(
				offers,
				wordArbitrary,
				budgetArbitrary,
				formatArbitrary,
				async (offers, query, budget, format) => {
					const groups = Object.keys(offers).map((name) => groupOf(name, { format, discoveryBudget: budget }));
					const parts = createParts(offers, { discoveryBudget: () => budget });
					const text = await askAll(parts, query, [...groups, groupOf("unread")]);
					expect([byteLength(text) <= budget, await askAll(parts, query, [...groups, groupOf("unread")])]).toEqual([
						true,
						text,
					]);
					if (text.startsWith("No tool")) return;
					// The words of the query are in the name of each hit, or in what is said of it.
					const counts = /^(\d+) more tools? fit \((.*)\):/m.exec(text);
					const counted = Array.from(
						(counts?.[2] ?? "").matchAll(/([a-z]+) (\d+)/g),
						([, name, count]) => [name!, Number(count)] as const,
					);
					expect(counted.reduce((sum, [, count]) => sum + count, 0)).toBe(Number(counts?.[1] ?? 0));
					for (const [name, count] of counted) {
						const group = groups.find((each) => each.name === name)!;
						const tools = offers[name]!;
						const { shown, named, places, more } = readAnswer(await askGroup(parts, group, query), tools);
						expect(shown.length + named.length + places.length + more).toBeGreaterThanOrEqual(count);
					}
				},
			),
			{ numRuns: 30 },
		);
	});

	test("the list of groups is within its budget, whatever they are", async () => {
		const group = fc.record({
			name: fc.string({ minLength: 1, maxLength: 200 }),
			description: fc.option(textArbitrary, { nil: undefined }),
			unusable: stateArbitrary,
		});
		await fc.assert(
			fc.asyncProperty(
				fc.uniqueArray(group, { selector: ({ name }) => name, maxLength: 60 }),
				budgetArbitrary,
				async (made, budget) => {
					const groups: Group[] = made.map(({ name, ...more }) => groupOf(name, more));
					expect(
						byteLength(await askGroups(createParts({}, { discoveryBudget: () => budget }), groups)),
					).toBeLessThanOrEqual(budget);
				},
			),
			runs,
		);
	});
});
