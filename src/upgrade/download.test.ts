import { describe, expect, test } from "bun:test";

import { createFakeClock } from "../../test/helpers/fake-clock.ts";
import { deadUrl, openLocalServer, redirect, refusal, type Script, silence } from "../../test/helpers/local-server.ts";
import { systemClock } from "../base/clock.ts";
import { type Download, download, findRedirect } from "./download.ts";
import { taggedVersion } from "./release.ts";

const options = (more: Partial<Download> = {}): Download => ({
	clock: systemClock,
	signal: new AbortController().signal,
	userAgent: "dynamic-mcp/2.0.0",
	...more,
});

async function get(script: Script["GET"], more: Partial<Download> = {}) {
	await using server = openLocalServer({ GET: script ?? silence });
	const outcome = await download(new URL(server.url), options(more)).then(
		(bytes) => (bytes === undefined ? undefined : Buffer.from(bytes).toString()),
		(error: Error) => error.message.replaceAll(server.origin, "HOST"),
	);
	return { outcome, seen: server.seen };
}

const messageOf = (promise: Promise<unknown>) => promise.then(String, (error: Error) => error.message);

/** Sends these bytes as the whole answer to any request, and hangs up. */
function openRawServer(answer: string) {
	const server = Bun.listen({
		hostname: "127.0.0.1",
		port: 0,
		socket: {
			data(socket) {
				socket.end(answer);
			},
		},
	});
	return { url: new URL(`http://127.0.0.1:${server.port}/f`), [Symbol.dispose]: () => server.stop(true) };
}

describe("a download", () => {
	test("gives the file as it lies there, and says who asks", async () => {
		const { outcome, seen } = await get(refusal(200, "file"));
		expect(outcome).toBe("file");
		expect(seen[0]?.headers.get("user-agent")).toBe("dynamic-mcp/2.0.0");
	});

	test("leaves packed what a host says is packed only for the way", async () => {
		const packed = Bun.gzipSync("file");
		const act = () => new Response(packed, { headers: { "Content-Encoding": "gzip" } });
		await using server = openLocalServer({ GET: act });
		expect(await download(new URL(server.url), options())).toEqual(new Uint8Array(packed));
	});

	test("follows redirects", async () => {
		const { outcome, seen } = await get([redirect(302, "/elsewhere"), redirect(307, "?b"), refusal(200, "file")]);
		expect(outcome).toBe("file");
		expect(seen.map(({ path }) => path)).toEqual(["/mcp", "/elsewhere", "/elsewhere?b"]);
	});

	test("ends a redirect in circles", async () => {
		expect((await get(redirect(302, "/mcp"))).outcome).toBe(
			"cannot download HOST/mcp: it leads through more than 10 redirects",
		);
	});

	test.each(["ftp://host/f", "file:///etc/passwd"])("does not follow to %s", async (location) => {
		expect((await get(redirect(302, location))).outcome).toBe(
			`cannot download HOST/mcp: it leads to ${location}, which is not safe`,
		);
	});

	test("gives nothing where there is nothing", async () => {
		expect((await get(refusal(404))).outcome).toBeUndefined();
	});

	test.each([403, 500, 503])("fails with the status %d", async (status) => {
		expect((await get(refusal(status))).outcome).toStartWith(`cannot download HOST/mcp: the host answered ${status}`);
	});

	test("tells how far it is", async () => {
		const told: unknown[] = [];
		await get(refusal(200, "file"), { onProgress: (...args) => told.push(args) });
		expect(told).toEqual([[4, 4]]);
	});

	test.each([
		[
			"with a length",
			"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc",
			/the connection was cut after [03] of 100 bytes/,
		],
		[
			"in chunks",
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
			/the connection was cut after [03] bytes/,
		],
	])("that is cut short %s fails, saying how much came", async (_, answer, reason) => {
		using server = openRawServer(answer);
		// What has come at the same time as the cut may be lost.
		const outcome = await messageOf(download(server.url, options()));
		expect(outcome).toMatch(reason);
		expect(outcome).toContain(`cannot download ${server.url.href}: `);
	});

	test("fails when nobody is there", async () => {
		const url = new URL(await deadUrl());
		expect(await messageOf(download(url, options()))).toBe(`cannot download ${url.href}: nothing answers there`);
	});

	test.each([
		["at all", silence],
		["more", () => new Response(new ReadableStream({ start: (stream) => stream.enqueue(new Uint8Array(3)) }))],
	])("fails when nothing comes %s for half a minute", async (_, act) => {
		const clock = createFakeClock();
		await using server = openLocalServer({ GET: act });
		const began = Promise.withResolvers<void>();
		const outcome = download(new URL(server.url), options({ clock, onProgress: () => began.resolve() }));
		await (act === silence ? server.saw("GET") : began.promise);
		clock.advance(29_999);
		expect(clock.pendingTimers).toBe(1);
		clock.advance(1);
		expect(await messageOf(outcome)).toBe(`cannot download ${server.url}: nothing came for 30 s`);
	});

	test("ends for the reason of whoever ends it, and leaves no timer", async () => {
		const clock = createFakeClock();
		const controller = new AbortController();
		await using server = openLocalServer({ GET: silence });
		const outcome = download(new URL(server.url), options({ clock, signal: controller.signal }));
		await server.saw("GET");
		controller.abort(new Error("enough"));
		expect(await messageOf(outcome)).toBe("enough");
		expect(clock.pendingTimers).toBe(0);
	});
});

describe("the newest release", () => {
	async function newest(script: Script["GET"]) {
		await using server = openLocalServer({ GET: script ?? silence });
		const outcome = await findRedirect(new URL(server.url), options(), taggedVersion).catch(
			(error: Error) => error.message,
		);
		return { outcome, asked: server.seen.length };
	}

	test("is where the address leads to, which is not even asked for", async () => {
		expect(await newest(redirect(302, "/releases/tag/v2.1.0"))).toEqual({ outcome: "2.1.0", asked: 1 });
	});

	test("is found behind other redirects, as those of a repository that has moved", async () => {
		const script = [redirect(301, "/moved/releases/latest"), redirect(302, "/moved/releases/tag/v2.1.0")];
		expect(await newest(script)).toEqual({ outcome: "2.1.0", asked: 2 });
	});

	test.each([
		["the list of no releases", [redirect(302, "/releases"), refusal(200, "none")]],
		["nothing", [refusal(404)]],
	])("is not there when the address leads to %s", async (_, script) => {
		expect((await newest(script)).outcome).toBeUndefined();
	});

	test("is not known while the host has trouble", async () => {
		expect((await newest(refusal(502))).outcome).toContain("the host answered 502");
	});
});
