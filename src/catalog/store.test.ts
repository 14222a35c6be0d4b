import { describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";

import * as fc from "fast-check";

import {
	a,
	b,
	bareOffer,
	entry,
	fingerprint,
	nameOf,
	offer,
	openStore,
	summaryNameOf,
} from "../../test/helpers/stored.ts";
import { openTempDir } from "../../test/helpers/temp-dir.ts";
import type { Offer } from "./offer.ts";
import { createCatalogStore } from "./store.ts";

test("whether something was written can be told without reading it", async () => {
	await using store = openStore();
	await store.write(a, offer);
	expect([await store.has(a), await store.has(b)]).toEqual([true, false]);
});

describe("what is written", () => {
	test.each([
		["in full", offer],
		["of a server that says nothing", bareOffer],
	])("is read again by any process, under its fingerprint alone, %s", async (_, written) => {
		await using store = openStore();
		await store.write(a, written);
		const other = createCatalogStore({ directory: store.path });
		expect([await other.read(a), await other.read(b), store.problems]).toStrictEqual([written, undefined, []]);
	});

	test("last counts, however many are written at once", async () => {
		await using store = openStore();
		const sizes = Array.from({ length: 20 }, (_, index) => 9000 * (20 - index));
		const offers = sizes.map((size) => ({ ...offer, instructions: "x".repeat(size) }));
		await Promise.all(offers.map((each) => store.write(a, each)));
		expect([await store.read(a), store.names()]).toEqual([offers.at(-1), [nameOf(a), summaryNameOf(a)]]);
	});

	test("says its format and when it was saved", async () => {
		await using store = openStore({ now: () => 1_700_000_000_000 });
		await store.write(a, bareOffer);
		const text = readFileSync(`${store.path}/catalogs/${nameOf(a)}`, "utf8");
		const saved = { tools: [], protocolVersion: "", capabilities: {} };
		expect(JSON.parse(text)).toEqual({ format: 1, savedAt: 1_700_000_000_000, offer: saved });
		expect([await store.readDated(a), await store.readDated(b)]).toEqual([
			{ offer: bareOffer, savedAt: 1_700_000_000_000 },
			undefined,
		]);
	});

	test.skipIf(process.platform === "win32")("is for its owner alone", async () => {
		await using store = openStore();
		const umask = process.umask(0);
		await store.write(a, offer).finally(() => process.umask(umask));
		const modes = ["", nameOf(a)].map((name) => (statSync(`${store.path}/catalogs/${name}`).mode & 0o777).toString(8));
		expect(modes).toEqual(["700", "600"]);
	});
});

test.each(["", "a", "../../etc/passwd", fingerprint("A"), `${a}a`, `${a}\n`, fingerprint("g"), `../${a}`.slice(0, 64)])(
	"%j is no fingerprint",
	async (text) => {
		await using store = openStore();
		const failures = [store.read(text), store.write(text, offer)].map((promise) => promise.catch(String));
		const failure = "TypeError: a fingerprint has 64 hexadecimal digits, in lower case";
		expect([await Promise.all(failures), readdirSync(store.path)]).toEqual([[failure, failure], []]);
	},
);

describe("a miss is", () => {
	const offerWith = (more: object) => entry({ offer: { ...offer, ...more } });

	test.each<[string, unknown]>([
		["an older format", entry({ format: 0 })],
		["a newer format", entry({ format: 2 })],
		["an entry without the time", { ...entry(), savedAt: undefined }],
		["an entry without an offer", { ...entry(), offer: undefined }],
		["an offer that is a list", entry({ offer: [] })],
		["tools that are no list", offerWith({ tools: {} })],
		["a tool without a name", offerWith({ tools: [{ inputSchema: {} }] })],
		["a tool that is there twice", offerWith({ tools: [{ name: "a" }, { name: "a" }] })],
		["prompts that are no list", offerWith({ prompts: null })],
		["resources that are no list", offerWith({ resources: {} })],
		["templates that are no list", offerWith({ resourceTemplates: "" })],
		["instructions that are no text", offerWith({ instructions: 1 })],
		["no protocol version", offerWith({ protocolVersion: undefined })],
		["capabilities that are a list", offerWith({ capabilities: [] })],
		["somebody else's JSON", { name: "x" }],
		["null", null],
	])("%s", async (_, content) => {
		await using store = openStore();
		store.put(nameOf(a), content);
		expect(await store.read(a)).toBeUndefined();
	});

	test.each<[string, Uint8Array | string]>([
		["an empty file", ""],
		["no JSON", "{"],
		["zeros", new Uint8Array(500)],
		["no UTF-8", Buffer.from(JSON.stringify(entry()).replace("Ask", "\u00FF"), "latin1")],
		["nested too deeply", "[".repeat(1_000_000)],
	])("a file with %s", async (_, content) => {
		await using store = openStore();
		store.put(nameOf(a), content);
		expect(await store.read(a)).toBeUndefined();
	});

	test("a file of more than 64 MB", async () => {
		await using store = openStore();
		const text = JSON.stringify(entry()).padEnd(64 * 2 ** 20);
		store.put(nameOf(a), text);
		store.put(nameOf(b), `${text} `);
		expect([await store.read(a), await store.read(b)]).toEqual([offer, undefined]);
	});

	test.each<[string, (path: string) => unknown]>([
		["a folder", (path) => mkdirSync(path)],
		["a link to nowhere", (path) => symlinkSync("nowhere", path)],
		["a pipe, which nobody will ever write to", (path) => Bun.spawnSync(["mkfifo", path])],
		["a file we may not read", (path) => writeFileSync(path, "", { mode: 0 })],
	])("%s", async (_, make) => {
		await using store = openStore();
		make(store.put("beside", "").replace("beside", nameOf(a)));
		expect(await store.read(a)).toBeUndefined();
	});
});

test("fields that are not known stay, whoever wrote them", async () => {
	await using store = openStore();
	const capabilities = JSON.parse('{"__proto__": {"a": 1}, "x-more": null}') as Offer["capabilities"];
	store.put(nameOf(a), entry({ usedAt: 1, offer: { ...offer, capabilities, "x-more": [1] } }));
	const read = await store.read(a);
	expect(read).toMatchObject({ "x-more": [1] });
	expect(JSON.stringify(read?.capabilities)).toBe(JSON.stringify(capabilities));
});

describe("what cannot be written", () => {
	test("is told once, and the caller is not bothered", async () => {
		await using directory = openTempDir();
		await using store = openStore({ directory: directory.write("file", "") });
		await Promise.all([store.write(a, offer), store.write(b, offer)]);
		expect(store.problems).toEqual([expect.stringMatching(/^what servers offer cannot be kept in .*: E[A-Z]+\b/)]);
	});

	test("costs nothing of what can, and leaves nothing behind", async () => {
		await using store = openStore();
		store.put(`${nameOf(b)}/x`, "");
		await Promise.all([store.write(b, offer), store.write(a, offer)]);
		expect([await store.read(a), store.problems.length, store.names()]).toEqual([
			offer,
			1,
			[a, b].flatMap((key) => [nameOf(key), summaryNameOf(key)]),
		]);
	});

	test.each([
		["is larger than what is read", { instructions: "x".repeat(64 * 2 ** 20) }, "more than 64 MB"],
		["is no JSON", { serverInfo: 1n }, "BigInt"],
	])("because it %s, leaves the old entry", async (_, more, found) => {
		await using store = openStore();
		await store.write(a, offer);
		await store.write(a, { ...offer, ...more });
		expect([await store.read(a), store.problems]).toEqual([offer, [expect.stringContaining(found)]]);
	});
});

describe("property:", () => {
	/** As JSON gives it: there is no -0. */
	const asJson = <T>(value: T) => JSON.parse(JSON.stringify(value)) as T;
	const json: fc.Arbitrary<unknown> = fc.jsonValue().map(asJson);
	const object = fc.dictionary(fc.string(), fc.jsonValue()).map(asJson);
	const text = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) });
	const tool = fc.tuple(object, text, json).map(([more, name, inputSchema]) => ({ ...more, name, inputSchema }));
	const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
	const list = maybe(fc.array(json));
	const lists = { prompts: list, resources: list, resourceTemplates: list };
	const facts = { instructions: maybe(text), serverInfo: maybe(json), protocolVersion: text, capabilities: object };
	const tools = fc.uniqueArray(tool, { selector: ({ name }) => name });
	const offers = fc.record({ tools, ...lists, ...facts });

	test("whatever a server offers is read as it was written", async () => {
		await using store = openStore();
		const comesBack = async (written: Offer) => {
			await store.write(a, written);
			expect(await store.read(a)).toStrictEqual(written);
		};
		await fc.assert(fc.asyncProperty(offers, comesBack));
		expect(store.problems).toEqual([]);
	});

	/** Said without the schema that is on trial. */
	const isSound = ({ tools, prompts, resources, resourceTemplates, instructions, ...facts }: Offer) =>
		tools.every(({ name }) => typeof name === "string") &&
		[prompts, resources, resourceTemplates].every((items) => items === undefined || Array.isArray(items)) &&
		["string", "undefined"].includes(typeof instructions) &&
		typeof facts.protocolVersion === "string" &&
		Object.prototype.toString.call(facts.capabilities) === "[object Object]";

	test("of a damaged file something sound is read, or nothing, and nothing breaks", async () => {
		await using store = openStore();
		const bytes = Buffer.from(JSON.stringify(entry()));
		const flips = fc.uniqueArray(fc.nat(bytes.length * 8 - 1), { maxLength: 4 });
		const isHarmless = async (length: number, bits: number[]) => {
			const damaged = Uint8Array.from(bytes);
			for (const bit of bits) damaged[bit >> 3]! ^= 1 << (bit & 7);
			store.put(nameOf(a), damaged.subarray(0, length));
			const read = await store.read(a);
			expect(read === undefined || isSound(read)).toBeTrue();
		};
		const lengths = fc.oneof(fc.constant(bytes.length), fc.nat(bytes.length));
		await fc.assert(fc.asyncProperty(lengths, flips, isHarmless), { numRuns: 500 });
	});
});
