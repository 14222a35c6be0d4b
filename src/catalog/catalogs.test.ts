import { expect, test } from "bun:test";

import { createFakeClock } from "../../test/helpers/fake-clock.ts";
import { joinChannels, openMemoryPeer, quiet, type Wire } from "../../test/helpers/memory-channel.ts";
import { createMemoryStore, forgetful } from "../../test/helpers/offer-store.ts";
import type { Connection } from "../protocol/connection.ts";
import { createLink } from "../protocol/link.ts";
import { type Catalog, createCatalogs, type OfferStore } from "./catalogs.ts";

/** A connection to a server whose answers to `tools/list` are given by the test, one name for each; each is read once. */
function connect() {
	const pair = joinChannels();
	const asked: Wire[] = [];
	const server = openMemoryPeer(pair, "right", (message) => void asked.push(message));
	const ignore = () => {};
	const handlers = { onRequest: ignore, onNotification: ignore, onUnexpected: ignore, acceptsBatches: () => false };
	const link = createLink({ clock: createFakeClock(), open: pair.left.open, ...handlers });
	const facts = { protocolVersion: "", capabilities: { tools: {} }, serverInfo: undefined, instructions: undefined };
	const connection: Connection = { link, isRemote: false, ...facts };
	/** Answers the question that was asked as the `index`th. */
	const answer = async (index: number, ...names: string[]) => {
		await quiet();
		const tools = names.map((name) => ({ name, inputSchema: {} }));
		server.send({ id: asked[index]?.id ?? null, result: { tools } });
		await quiet();
	};
	const fail = async (index: number) => {
		await quiet();
		server.send({ id: asked[index]?.id ?? null, error: { code: 1, message: "broken" } });
		await quiet();
	};
	return { connection, asked, answer, fail };
}

const openCatalogs = (store: OfferStore = forgetful) =>
	createCatalogs({ timeoutMs: () => 1_000, fingerprint: (group) => `print of ${group}`, store });
const namesOf = (catalog: Catalog | undefined) => catalog?.tools.map(({ name }) => name);
const failure = (promise: Promise<unknown>) => promise.then(() => "no failure", String);

test("a group is read once, for all who ask meanwhile and later", async () => {
	const catalogs = openCatalogs();
	const { connection, asked, answer } = connect();
	const reading = [catalogs.of("git", connection), catalogs.of("git", connection)];
	await answer(0, "log");
	const read = await Promise.all([...reading, catalogs.of("git", connection)]);
	expect([read.map(namesOf), asked.length]).toEqual([[["log"], ["log"], ["log"]], 1]);
});

test("tools are found by name", async () => {
	const catalogs = openCatalogs();
	const { connection, answer } = connect();
	const reading = catalogs.of("git", connection);
	await answer(0, "log", "__proto__");
	const { byName } = await reading;
	expect([byName.get("log")?.name, byName.get("__proto__")?.name, byName.get("toString")]).toEqual([
		"log",
		"__proto__",
		undefined,
	]);
});

test("a new connection is read anew, and what was read of the old one is known until then", async () => {
	const catalogs = openCatalogs();
	const [old, fresh] = [connect(), connect()];
	void catalogs.of("git", old.connection);
	await old.answer(0, "old");
	const reading = catalogs.of("git", fresh.connection);
	const before = namesOf(await catalogs.known("git"));
	await fresh.answer(0, "new");
	expect([before, namesOf(await reading), namesOf(await catalogs.known("git"))]).toEqual([["old"], ["new"], ["new"]]);
});

test("groups are kept apart", async () => {
	const catalogs = openCatalogs();
	const [git, fs] = [connect(), connect()];
	void catalogs.of("git", git.connection);
	void catalogs.of("fs", fs.connection);
	await git.answer(0, "log");
	await fs.answer(0, "read");
	expect((await Promise.all(["git", "fs", "nope"].map((group) => catalogs.known(group)))).map(namesOf)).toEqual([
		["log"],
		["read"],
		undefined,
	]);
});

test("an outdated group is read anew when it is asked for, not before", async () => {
	const catalogs = openCatalogs();
	const { connection, asked, answer } = connect();
	void catalogs.of("git", connection);
	await answer(0, "old");
	catalogs.outdate("git");
	await quiet();
	const before = asked.length;
	const reading = catalogs.of("git", connection);
	await answer(1, "new");
	expect([before, namesOf(await reading)]).toEqual([1, ["new"]]);
});

test("a failure is told to all who wait, forgotten, and costs nothing of what is known", async () => {
	const catalogs = openCatalogs();
	const { connection, answer, fail } = connect();
	void catalogs.of("git", connection);
	await answer(0, "old");
	const refreshing = [failure(catalogs.refresh("git", connection)), failure(catalogs.of("git", connection))];
	await fail(1);
	const errors = await Promise.all(refreshing);
	const known = namesOf(await catalogs.known("git"));
	const again = catalogs.of("git", connection);
	await answer(2, "new");
	expect({ errors, known, again: namesOf(await again) }).toEqual({
		errors: errors.map(() => expect.stringContaining("broken")),
		known: ["old"],
		again: ["new"],
	});
});

test("of two readings at once the later one counts, whichever is answered last", async () => {
	const catalogs = openCatalogs();
	const { connection, answer } = connect();
	void catalogs.refresh("git", connection);
	void catalogs.refresh("git", connection);
	await answer(1, "new");
	await answer(0, "old");
	expect([namesOf(await catalogs.of("git", connection)), namesOf(await catalogs.known("git"))]).toEqual([
		["new"],
		["new"],
	]);
});

test("what a group offers is kept, and known in the next run without its server", async () => {
	const store = createMemoryStore();
	const catalogs = openCatalogs(store);
	const { connection, answer } = connect();
	void catalogs.of("git", connection);
	await answer(0, "log");
	await catalogs.kept("git", connection);
	const next = openCatalogs(store);
	expect([[...store.kept.keys()], namesOf(await next.known("git"))]).toEqual([["print of git"], ["log"]]);
});

test("a group that was forgotten is looked up anew", async () => {
	const store = createMemoryStore();
	const catalogs = openCatalogs(store);
	const { connection, answer } = connect();
	void catalogs.of("git", connection);
	await answer(0, "log");
	await catalogs.kept("git", connection);
	store.kept.clear();
	catalogs.forget("git");
	expect(await catalogs.known("git")).toBeUndefined();
});

test("an offer that cannot be read is waited for no longer than its failure", async () => {
	const catalogs = openCatalogs();
	const { connection, fail } = connect();
	const kept = catalogs.kept("git", connection);
	await fail(0);
	expect(await kept).toBeUndefined();
});

test("whether a group is known is told by what is kept, until it has been read", async () => {
	const store = createMemoryStore();
	const catalogs = openCatalogs(store);
	const { connection, answer } = connect();
	const before = await catalogs.isKnown("git");
	void catalogs.of("git", connection);
	await answer(0, "log");
	await catalogs.kept("git", connection);
	store.kept.clear();
	expect([before, await catalogs.isKnown("git"), await catalogs.isKnown("fs")]).toEqual([false, true, false]);
});
