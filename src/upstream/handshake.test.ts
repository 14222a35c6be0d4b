import { describe, expect, test } from "bun:test";

import { createFakeClock } from "../../test/helpers/fake-clock.ts";
import { joinChannels, openMemoryPeer, quiet, type Wire } from "../../test/helpers/memory-channel.ts";
import { createLink } from "../protocol/link.ts";
import { shakeHands } from "./handshake.ts";

const options = {
	group: "git",
	clientInfo: { name: "dynamic-mcp", version: "2.0.0" },
	timeoutMs: 5_000,
	limitMs: 5_000,
};

/** A handshake with a server that answers `initialize` with these fields, or not at all. */
function startHandshake(answer?: Wire, capabilities = "{}") {
	const clock = createFakeClock();
	const pair = joinChannels();
	const server = openMemoryPeer(pair, "right", ({ id }, peer) => {
		if (id !== undefined && answer !== undefined) peer.send({ id, ...answer });
	});
	const ignore = () => {};
	const handlers = { onRequest: ignore, onNotification: ignore, onUnexpected: ignore, acceptsBatches: () => false };
	const link = createLink({ clock, open: pair.left.open, ...handlers });
	return { clock, link, server, upstream: pair.left, shaking: shakeHands(link, { ...options, capabilities }) };
}

const greeting = {
	protocolVersion: "2025-06-18",
	capabilities: { tools: {} },
	serverInfo: { name: "git", version: "1" },
};

test("both sides say what the specification wants, in its order", async () => {
	const { server, shaking } = startHandshake({ result: greeting });
	await shaking;
	await quiet();
	const { clientInfo } = options;
	expect(server.received()).toEqual([
		{
			jsonrpc: "2.0",
			id: 1,
			method: "initialize",
			params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo },
		},
		{ jsonrpc: "2.0", method: "notifications/initialized" },
	]);
});

test("the client's capabilities are offered as they were written", async () => {
	const capabilities = '{ "roots" : {"listChanged":true}, "experimental":{"n":12345678901234567890, "x":[ ]}}';
	const { upstream, shaking } = startHandshake({ result: greeting }, capabilities);
	await shaking;
	const clientInfo = '{"name":"dynamic-mcp","version":"2.0.0"}';
	const params = `{"protocolVersion":"2025-11-25","capabilities":${capabilities},"clientInfo":${clientInfo}}`;
	expect(upstream.sent[0]).toBe(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":${params}}`);
});

describe("the connection tells what the server said:", () => {
	test.each<[string, object, object]>([
		["everything", { ...greeting, instructions: "Be kind." }, { ...greeting, instructions: "Be kind." }],
		["only what must be", { protocolVersion: "2024-11-05" }, { protocolVersion: "2024-11-05", capabilities: {} }],
		["odd fields", { ...greeting, capabilities: [], instructions: 7 }, { ...greeting, capabilities: {} }],
	])("%s", async (_, result, expected) => {
		const { shaking } = startHandshake({ result });
		expect(await shaking).toEqual({ serverInfo: undefined, instructions: undefined, ...expected } as never);
	});
});

describe("it fails, naming group and phase, when the server", () => {
	test.each<[string, Wire, string]>([
		["refuses", { error: { code: -32000, message: "no license" } }, "it refused initialize: no license (-32000)"],
		["answers with no object", { result: "hi" }, "its answer to initialize is not an object"],
		["answers with null", { result: null }, "its answer to initialize is not an object"],
		[
			"speaks another revision",
			{ result: { protocolVersion: "9999-99-99" } },
			'it speaks protocol version "9999-99-99"; known are 2025-11-25, 2025-06-18, 2025-03-26, 2024-11-05',
		],
		[
			"names no revision",
			{ result: {} },
			"it speaks protocol version no version; known are 2025-11-25, 2025-06-18, 2025-03-26, 2024-11-05",
		],
	])("%s", async (_, answer, detail) => {
		const { shaking } = startHandshake(answer);
		expect(await shaking.catch((error: unknown) => error)).toMatchObject({ group: "git", phase: "handshake", detail });
	});

	test("is silent, and initialize is not cancelled", async () => {
		const { clock, server, shaking } = startHandshake();
		clock.advance(5_000);
		const error: unknown = await shaking.catch((error: unknown) => error);
		await quiet();
		expect({ error, sent: server.received().length }).toMatchObject({
			error: { phase: "handshake", detail: "no answer to initialize within 5 s (timeout.connect)" },
			sent: 1,
		});
	});

	test("ends", async () => {
		const { upstream, shaking } = startHandshake();
		upstream.end({ kind: "ended", detail: "it exited with code 3", lastWords: [] });
		expect(await shaking.catch((error: unknown) => error)).toMatchObject({
			phase: "exit",
			detail: "it ended before it had answered initialize: it exited with code 3",
		});
	});
});
