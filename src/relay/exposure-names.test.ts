import { describe, expect, test } from "bun:test";

import * as fc from "fast-check";

import { nameTools, type Target } from "./exposure-names.ts";

/** `["group", "tool"]` each. */
const targetsOf = (pairs: readonly (readonly [string, string])[]): Target[] =>
	pairs.map(([group, tool]) => ({ group, tool }));

const namesOf = (...pairs: [string, string][]) => nameTools(targetsOf(pairs), true).map(([name]) => name);

const namesWithout = (...tools: string[]) =>
	nameTools(targetsOf(tools.map((tool) => ["group", tool] as const)), false).map(([name]) => name);

const marked = (start: string) => expect.stringMatching(new RegExp(`^${start}_[0-9a-f]{8}$`)) as unknown as string;

const long = "a".repeat(70);

describe("with a prefix", () => {
	test.each([
		["git", "status", "git_status"],
		["my server", "read.file", "my_server_read_file"],
		["a/b", "c:d", "a_b_c_d"],
		["日本", "😀x", "____x"],
		["g", "", "g_"],
		["g", "a".repeat(62), `g_${"a".repeat(62)}`],
		["get", "dynamic-tools", "get_dynamic-tools"],
	])("%j and %j is %j", (group, tool, expected) => {
		expect(namesOf([group, tool])).toEqual([expected]);
	});

	test("what is too long is cut, and marked", () => {
		expect(namesOf(["git", long], [long, "b"])).toEqual([marked(`git_${"a".repeat(51)}`), marked("a".repeat(55))]);
	});

	test("what is called like a meta tool is marked", () => {
		expect(namesOf(["get", "dynamic_tools"], ["call", "dynamic_tool"], ["call", "dynamic.tool"])).toEqual([
			marked("get_dynamic_tools"),
			marked("call_dynamic_tool"),
			marked("call_dynamic_tool"),
		]);
	});

	test("groups that would give the same name are all marked, whatever their order", () => {
		const names = namesOf(["a", "b_c"], ["a_b", "c"], ["a", "x"]);
		expect(names).toEqual([marked("a_b_c"), marked("a_b_c"), "a_x"]);
		expect(namesOf(["a_b", "c"], ["a", "x"], ["a", "b_c"])).toEqual([names[1]!, "a_x", names[0]!]);
	});

	test("within a group the tool that is really called so keeps the name", () => {
		expect(namesOf(["my group", "a.b"], ["my group", "a_b"], ["my group", "a/b"])).toEqual([
			marked("my_group_a_b"),
			"my_group_a_b",
			marked("my_group_a_b"),
		]);
	});

	test("a tool whose own name ends like a mark keeps it, and the one with the mark gets another", () => {
		const [mark = ""] = namesOf(["g", long]);
		const [own, other] = namesOf(["g", mark.slice("g_".length)], ["g", long]);
		expect([own, other === mark]).toEqual([mark, false]);
		expect(other).toMatch(/^g_a{53}_[0-9a-f]{8}$/);
	});

	test("names are the same from one version to the next: clients keep permissions under them", () => {
		expect(namesOf(["git", long], ["a", "b_c"], ["a_b", "c"])).toEqual([
			`git_${"a".repeat(51)}_4b63540e`,
			"a_b_c_72502d35",
			"a_b_c_6769bfc9",
		]);
	});
});

describe("without a prefix", () => {
	test("a name that is valid stays as it is", () => {
		expect(namesWithout("a.b", "a_b", "A-1", "a".repeat(64))).toEqual([marked("a_b"), "a_b", "A-1", "a".repeat(64)]);
	});

	test.each([
		["read.file", "read_file"],
		["get_dynamic_tools", marked("get_dynamic_tools")],
		["call.dynamic.tool", marked("call_dynamic_tool")],
		["", marked("")],
		[long, marked("a".repeat(55))],
	])("%j is %j", (tool, expected) => {
		expect(namesWithout(tool)).toEqual([expected]);
	});
});

describe("property:", () => {
	const part = fc.oneof(
		fc.stringMatching(/^[ab_.]{0,4}$/),
		fc.string({ maxLength: 80 }),
		fc.constantFrom("get", "call", "dynamic_tools", "dynamic.tool", "call_dynamic_tool", long, `${long}b`),
	);
	const tools = fc.uniqueArray(fc.tuple(part, part), { maxLength: 12, selector: (pair) => JSON.stringify(pair) });

	test("names are valid, and all different", () => {
		fc.assert(
			fc.property(tools, fc.boolean(), (pairs, isPrefixed) => {
				const names = nameTools(targetsOf(pairs), isPrefixed).map(([name]) => name);
				const bad = names.filter(
					(name) => !/^[A-Za-z0-9_-]{1,64}$/.test(name) || /^(get_dynamic_tools|call_dynamic_tool)$/.test(name),
				);
				expect({ bad, count: new Set(names).size }).toEqual({ bad: [], count: pairs.length });
			}),
		);
	});

	test("names do not depend on the order", () => {
		const shuffled = tools.chain((pairs) =>
			fc.tuple(fc.constant(pairs), fc.shuffledSubarray(pairs, { minLength: pairs.length })),
		);
		fc.assert(
			fc.property(shuffled, fc.boolean(), ([pairs, others], isPrefixed) => {
				const sorted = (targets: readonly Target[]) =>
					nameTools(targets, isPrefixed)
						.map(([name, { group, tool }]) => JSON.stringify([group, tool, name]))
						.sort();
				expect(sorted(targetsOf(others))).toEqual(sorted(targetsOf(pairs)));
			}),
		);
	});

	test("more tools change a name only where they would have had the same, and never make it another's", () => {
		fc.assert(
			fc.property(tools, fc.nat(12), (pairs, count) => {
				const [before, after] = [pairs.slice(0, count), pairs].map((some) => new Map(nameTools(targetsOf(some), true)));
				const natural = ({ group, tool }: Target) => `${group}_${tool}`.replaceAll(/[^\w-]/gu, "_");
				const wrong = Array.from(before!).filter(([name, target]) => {
					const now = after!.get(name);
					const rivals = pairs.filter(([group, tool]) => natural({ group, tool }) === natural(target));
					const isSame = now?.group === target.group && now.tool === target.tool;
					const isOthers = now !== undefined && now.group !== target.group;
					return isOthers || (!isSame && rivals.length < 2);
				});
				expect(wrong).toEqual([]);
			}),
		);
	});
});
