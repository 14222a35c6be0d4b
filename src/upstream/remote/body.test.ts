import { describe, expect, test } from "bun:test";

import { maxMessageBytes } from "../../protocol/line-stream.ts";
import { readHead, readJsonBody, readText } from "./body.ts";
import { RequestFailure } from "./failure.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const textOf = (id: number, result: unknown) => JSON.stringify({ jsonrpc: "2.0", id, result });
const megabyte = "x".repeat(2 ** 20);

/** A body of so many equal pieces, each given out when it is asked for, and how often that was. */
function pieces(count: number, piece: Uint8Array) {
	const state = { given: 0, isCancelled: false };
	const body = new ReadableStream<Uint8Array>(
		{
			pull(controller) {
				if (state.given++ === count) controller.close();
				else controller.enqueue(piece);
			},
			cancel() {
				state.isCancelled = true;
			},
		},
		{ highWaterMark: 0 },
	);
	return { body, state };
}

describe("a JSON body is read as", () => {
	const text = textOf(1, "é");
	const chunked = new ReadableStream<Uint8Array>({
		start(controller) {
			// In the middle of a character.
			for (const piece of [utf8(text).subarray(0, 37), utf8(text).subarray(37)]) controller.enqueue(piece);
			controller.close();
		},
	});

	test.each([
		["with a length", new Response(text, { headers: { "Content-Length": String(utf8(text).byteLength) } })],
		["without a length", new Response(chunked)],
		[
			"encoded, where the length says nothing",
			new Response(text, { headers: { "Content-Encoding": "gzip", "Content-Length": "20" } }),
		],
	])("a message %s", async (_, response) => {
		expect(await readJsonBody(response)).toEqual({ kind: "reply", id: 1, result: "é", error: undefined, text });
	});

	test("several messages", async () => {
		const response = new Response(`[${textOf(1, 1)},\n${textOf(2, 2)}]`);
		expect(await readJsonBody(response)).toMatchObject({ kind: "batch", items: [{ id: 1 }, { id: 2 }] });
	});

	test.each([
		["what is no message", "<html>"],
		["nothing", ""],
	])("%s", async (_, body) => {
		expect(await readJsonBody(new Response(body))).toMatchObject({ kind: "malformed", id: null, text: body });
	});

	test("nothing, without a body", async () => {
		expect(await readJsonBody(new Response(null))).toMatchObject({ kind: "malformed", id: null, text: "" });
	});
});

describe("a message that comes on several lines is put on one", () => {
	test("with nothing else changed", () => {
		const text = '{\r\n  "jsonrpc": "2.0",\n\n  "id": 1,\r  "result": {"a": "b\\nc", "n": 12345678901234567890}\n}';
		expect(readText(text)).toMatchObject({
			kind: "reply",
			text: '{   "jsonrpc": "2.0",   "id": 1,   "result": {"a": "b\\nc", "n": 12345678901234567890} }',
		});
	});

	test("however long it is", async () => {
		const text = `{"jsonrpc":"2.0","id":1,"result":{\n"text":"${megabyte}"\n}}`;
		expect(await readJsonBody(new Response(text))).toMatchObject({ kind: "reply", text: text.replaceAll(/\n/g, " ") });
	});
});

describe("a long reply", () => {
	test("stays the bytes it came as", async () => {
		const text = textOf(7, { megabyte });
		const incoming = await readJsonBody(new Response(text));
		if (incoming.kind !== "long-reply") throw new Error(`it is a ${incoming.kind}`);
		expect([incoming.id, Buffer.concat([...incoming.pieces]).toString()]).toEqual([7, text]);
	});

	test("that is not written as servers write it is read", async () => {
		const text = `{"id":7,"result":{"text":"${megabyte}"},"jsonrpc":"2.0"}`;
		expect(await readJsonBody(new Response(text))).toMatchObject({ kind: "reply", id: 7, text });
	});
});

describe("what is longer than the limit", () => {
	test.each([
		["without a length", {}],
		["with one that is true only of what is packed", { "Content-Length": "70000", "Content-Encoding": "gzip" }],
	])("is refused, and its rest is not read: %s", async (_, headers) => {
		const { body, state } = pieces(70, new Uint8Array(2 ** 20));
		const failure: unknown = await readJsonBody(new Response(body, { headers })).catch((error: unknown) => error);
		expect(failure).toBeInstanceOf(RequestFailure);
		expect(failure).toMatchObject({
			message: "its answer is longer than 64 MB, which is the limit",
			facts: { remedy: "change" },
		});
		expect(state).toEqual({ given: maxMessageBytes / 2 ** 20 + 1, isCancelled: true });
	});
});

describe("the head of a body", () => {
	test("is what there is of it, when that is short", async () => {
		expect(await readHead(new Response("not today"))).toBe("not today");
	});

	test("is enough: what follows is not read", async () => {
		const { body, state } = pieces(9, utf8("0123456789".repeat(1_000)));
		const head = await readHead(new Response(body));
		expect({ length: head.length, ...state }).toEqual({ length: 16_384, given: 2, isCancelled: true });
	});

	test("is empty without a body", async () => {
		expect(await readHead(new Response(null))).toBe("");
	});

	test("is what had come when the rest broke off", async () => {
		let given = 0;
		const body = new ReadableStream<Uint8Array>(
			{
				pull(controller) {
					if (given++ === 0) controller.enqueue(utf8("not to"));
					else controller.error(new Error("cut"));
				},
			},
			{ highWaterMark: 0 },
		);
		expect(await readHead(new Response(body))).toBe("not to");
	});
});
