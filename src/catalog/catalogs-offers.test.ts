import { describe, expect, test } from "bun:test";

import { createFakeClock } from "../../test/helpers/fake-clock.ts";
import { joinChannels, openMemoryPeer, quiet, type Wire } from "../../test/helpers/memory-channel.ts";
import { createMemoryStore } from "../../test/helpers/offer-store.ts";
import { offer as kept } from "../../test/helpers/stored.ts";
import type { Connection } from "../protocol/connection.ts";
import { createLink } from "../protocol/link.ts";
import { createCatalogs } from "./catalogs.ts";
import type { Offer } from "./offer.ts";

const broken = { error: { code: 1, message: "broken" } };

/** A connection to a server that has everything; `answers` by method, when they are there. */
function connect(answers: Record<string, Wire | undefined> = {}) {
	const clock = createFakeClock();
	const pair = joinChannels();
	const asked: Wire[] = [];
	const server = openMemoryPeer(pair, "right", (message, server) => {
		const { id, method = "" } = message;
		if (id === undefined || id === null) return;
		asked.push(message);
		const answer = method in answers ? answers[method] : { result: {} };
		if (answer !== undefined) server.send({ id, ...answer });
	});
	const ignore = () => {};
	const handlers = { onRequest: ignore, onNotification: ignore, onUnexpected: ignore, acceptsBatches: () => false };
	const link = createLink({ clock, open: pair.left.open, ...handlers });
	const capabilities = { tools: {}, prompts: {}, resources: {} };
	const facts = { protocolVersion: "2025-11-25", serverInfo: undefined, instructions: undefined };
	const connection: Connection = { link, isRemote: false, capabilities, ...facts };
	return { clock, connection, asked, pair, server };
}

const prompts = (...names: string[]) => ({ result: { prompts: names.map((name) => ({ name })) } });
const namesOf = (offer: Offer | undefined) => offer?.prompts?.map((prompt) => (prompt as { name: string }).name);

function createTold(known: [string, Offer][] = []) {
	const told: [string, unknown, unknown][] = [];
	const catalogs = createCatalogs({
		timeoutMs: () => 1_000,
		fingerprint: (group) => group,
		store: createMemoryStore(new Map(known)),
		onOffer: (group, offer, before) => void told.push([group, namesOf(offer), namesOf(before)]),
	});
	return { ...catalogs, told };
}

describe("what a server offers anew is told", () => {
	test("with nothing before it when nothing was known", async () => {
		const { kept, told } = createTold();
		await kept("git", connect({ "prompts/list": prompts("a") }).connection);
		expect(told).toEqual([["git", ["a"], undefined]]);
	});

	test("with what was known before, from an earlier run and from this one", async () => {
		const { kept: read, refresh, told } = createTold([["git", kept]]);
		const [one, other] = [connect({ "prompts/list": prompts("a") }), connect({ "prompts/list": prompts("b") })];
		await read("git", one.connection);
		await refresh("git", other.connection);
		await read("git", other.connection);
		expect(told).toEqual([
			["git", ["a"], ["p", undefined]],
			["git", ["b"], ["a"]],
		]);
	});

	test("once for all who ask at the same time", async () => {
		const { kept, of, told } = createTold();
		const { connection } = connect();
		await Promise.all([kept("git", connection), of("git", connection), kept("git", connection)]);
		expect(told.length).toBe(1);
	});

	test("not when its tools cannot be had", async () => {
		const { kept, told } = createTold();
		await kept("git", connect({ "tools/list": broken }).connection);
		expect(told).toEqual([]);
	});

	test("once, when a later reading of the same server has ended before an earlier one", async () => {
		const { refresh, settled, knownOffer, told } = createTold();
		const { connection, asked, pair, server } = connect({ "prompts/list": undefined });
		for (const _ of [1, 2]) await refresh("git", connection);
		const [first, second] = asked.filter(({ method }) => method === "prompts/list").map(({ id }) => id ?? null);
		server.send({ id: second ?? null, ...prompts("new") });
		await quiet();
		server.send({ id: first ?? null, ...prompts("old") });
		await quiet();
		await settled();
		expect([told, namesOf(await knownOffer("git")), pair.left.sent.length]).toEqual([
			[["git", ["new"], undefined]],
			["new"],
			8,
		]);
	});

	test("not when it was forgotten meanwhile", async () => {
		const { refresh, forget, told } = createTold();
		const one = connect({ "prompts/list": undefined });
		const reading = refresh("git", one.connection);
		await reading;
		forget("git");
		one.clock.advance(1_000);
		await quiet();
		expect(told).toEqual([]);
	});
});

describe("all that is known of a group", () => {
	test("is what was kept, until its server has told anew", async () => {
		const { knownOffer, kept: read } = createTold([["git", kept]]);
		const before = await knownOffer("git");
		await read("git", connect({ "prompts/list": prompts("a") }).connection);
		expect([before, namesOf(await knownOffer("git"))]).toEqual([kept, ["a"]]);
	});

	test("is nothing when nothing was kept, and is looked up once", async () => {
		let reads = 0;
		const store = { ...createMemoryStore(), read: () => Promise.resolve(void reads++) };
		const { knownOffer } = createCatalogs({ timeoutMs: () => 1_000, fingerprint: (group) => group, store });
		expect([await knownOffer("git"), await knownOffer("git"), reads]).toEqual([undefined, undefined, 1]);
	});

	test("stays when a reading fails", async () => {
		const { knownOffer, kept: read } = createTold([["git", kept]]);
		await read("git", connect({ "tools/list": broken }).connection);
		expect(await knownOffer("git")).toEqual(kept);
	});

	test("is looked up anew when it was forgotten", async () => {
		const { knownOffer, forget, kept: read } = createTold();
		await read("git", connect({ "prompts/list": prompts("a") }).connection);
		forget("git");
		expect(namesOf(await knownOffer("git"))).toEqual(["a"]);
	});

	test("stays for a list that the server could not tell, while another it could", async () => {
		const { knownOffer, kept: read } = createTold([["git", { ...kept, prompts: [{ name: "p" }] }]]);
		const answers = { "prompts/list": broken, "resources/list": { result: { resources: [{ uri: "x:a" }] } } };
		await read("git", connect(answers).connection);
		expect(await knownOffer("git")).toMatchObject({ prompts: [{ name: "p" }], resources: [{ uri: "x:a" }] });
	});
});

describe("a list of a server", () => {
	const { list } = createTold();
	const read = (answers: Record<string, Wire | undefined>) => {
		const connected = connect(answers);
		return { ...connected, reading: list("git", connected.connection, "prompts", 500) };
	};
	const failure = (reading: Promise<unknown>) => reading.catch((error: unknown) => error);

	test("is what it says now", async () => {
		expect(await read({ "prompts/list": prompts("a", "b") }).reading).toEqual([{ name: "a" }, { name: "b" }]);
	});

	test("is empty, and not asked for, when it never announced any", async () => {
		const { connection, asked } = connect();
		const found = await list("git", { ...connection, capabilities: {} }, "resourceTemplates", 500);
		expect([found, asked]).toEqual([[], []]);
	});

	test("is not to be had when it says no", async () => {
		const { reading } = read({ "prompts/list": broken });
		expect(await failure(reading)).toMatchObject({
			group: "git",
			phase: "list",
			detail: expect.stringContaining("broken"),
		});
	});

	test("is not to be had when it says nothing within the time", async () => {
		const { reading, clock } = read({ "prompts/list": undefined });
		clock.advance(500);
		expect(await failure(reading)).toMatchObject({ phase: "timeout", detail: expect.stringContaining("within 0.5 s") });
	});

	test("is not to be had when it ends", async () => {
		const { reading, pair } = read({ "prompts/list": undefined });
		pair.left.end({ kind: "ended", detail: "it exited with code 7", lastWords: ["fatal"] });
		expect(await failure(reading)).toMatchObject({ phase: "exit", lastWords: ["fatal"] });
	});
});
