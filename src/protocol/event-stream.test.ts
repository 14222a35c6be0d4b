import { describe, expect, test } from "bun:test";

import type { EventSourceMessage } from "eventsource-parser";
import * as fc from "fast-check";

import { quiet } from "../../test/helpers/memory-channel.ts";
import { type EventStreamOptions, readEvents } from "./event-stream.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

/** The bytes of the text in pieces of these sizes, the last size again and again. */
function cut(text: string, sizes: readonly number[]): Uint8Array[] {
	const pieces: Uint8Array[] = [];
	let rest = utf8(text);
	for (let index = 0; rest.byteLength > 0; index++) {
		const size = sizes[index] ?? sizes.at(-1) ?? rest.byteLength;
		pieces.push(rest.subarray(0, size));
		rest = rest.subarray(size);
	}
	return pieces;
}

/** A stream that gives out one piece whenever it is asked. */
function streamOf(pieces: readonly Uint8Array[], atEnd: (controller: ReadableStreamDefaultController) => void) {
	let given = 0;
	const stream = new ReadableStream<Uint8Array>(
		{
			pull(controller) {
				const piece = pieces[given++];
				if (piece === undefined) atEnd(controller);
				else controller.enqueue(piece);
			},
		},
		{ highWaterMark: 0 },
	);
	return { stream, given: () => given };
}

/** Reads it all, and tells what was found in it. */
async function readAll(pieces: readonly Uint8Array[], more: Partial<EventStreamOptions> = {}) {
	const events: EventSourceMessage[] = [];
	const retries: number[] = [];
	let oversize = 0;
	await readEvents(streamOf(pieces, (controller) => controller.close()).stream, {
		onEvent: (event) => void events.push(event),
		onRetry: (delayMs) => void retries.push(delayMs),
		onOversize: () => void oversize++,
		maxLength: 1_000,
		...more,
	});
	return { events, datas: events.map(({ data }) => data), retries, oversize };
}

describe("an event is read", () => {
	test("with its type, its id and all lines of its data", async () => {
		const { events } = await readAll([utf8("event: ping\nid: 7\ndata: one\ndata:two\n\n")]);
		expect(events).toEqual([{ event: "ping", id: "7", data: "one\ntwo" }]);
	});

	test("with characters of several bytes that come byte by byte", async () => {
		const { datas } = await readAll(cut("data: é€😀\n\n", [1]));
		expect(datas).toEqual(["é€😀"]);
	});

	test.each([
		["LF", "\n", 1],
		["LF", "\n", 1_000],
		["CRLF", "\r\n", 1],
		["CRLF", "\r\n", 1_000],
		["CR", "\r", 1],
		["CR", "\r", 1_000],
	])("with %s as line ending %#", async (_, eol, size) => {
		const lines = ["data: a", "data: b", "", "data: c", "", ""];
		const { datas } = await readAll(cut(lines.join(eol), [size]));
		expect(datas).toEqual(["a\nb", "c"]);
	});

	test("in its place, when several come in one chunk", async () => {
		const { datas } = await readAll([utf8("data: 1\n\ndata: 2\n\nda"), utf8("ta: 3\n\ndata: 4\n\n")]);
		expect(datas).toEqual(["1", "2", "3", "4"]);
	});

	test("after whatever a reader has to pass over: comments, unknown fields, a retry that is no number", async () => {
		const { datas, retries } = await readAll([utf8("\uFEFF: hello\nfoo: bar\nretry: soon\nnonsense\ndata: 1\n\n")]);
		expect({ datas, retries }).toEqual({ datas: ["1"], retries: [] });
	});

	test.each(["data: 2", "data: 2\n", "data: 2\r", "data: 2\r\n"])(
		"only whole: %j at the end of the stream is dropped",
		async (rest) => {
			const { datas } = await readAll([utf8("data: 1\n\n"), utf8(rest)]);
			expect(datas).toEqual(["1"]);
		},
	);
});

test("the time to come back in is told, with an event or without", async () => {
	const { datas, retries } = await readAll([utf8("retry: 20\n\nretry: 3000\ndata: 1\n\n")]);
	expect({ datas, retries }).toEqual({ datas: ["1"], retries: [20, 3_000] });
});

describe("an event that is too long", () => {
	test("is dropped, told once, and the next one is fine", async () => {
		const text = `data: 1\n\ndata: ${"x".repeat(5_000)}\n\ndata: 2\n\n`;
		const { datas, oversize } = await readAll(cut(text, [100]));
		expect({ datas, oversize }).toEqual({ datas: ["1", "2"], oversize: 1 });
	});

	test("is dropped also when it has many lines", async () => {
		const text = `data: 1\n\n${"data: some\n".repeat(1_000)}id: 9\n\ndata: 2\n\n`;
		const { events, oversize } = await readAll(cut(text, [100]));
		expect({ events, oversize }).toEqual({ events: [{ data: "1" }, { data: "2" }], oversize: 1 });
	});

	test.each(["\n", "\r\n", "\r"])("ends at its blank line, be it cut in the middle: %j", async (eol) => {
		const pieces = [`data: ${"x".repeat(30)}${eol}`, `${eol}data: 2${eol}`, eol].map(utf8);
		const { datas, oversize } = await readAll(pieces, { maxLength: 20 });
		expect({ datas, oversize }).toEqual({ datas: ["2"], oversize: 1 });
	});

	test("does not make those before it come twice when they share its chunk", async () => {
		const { datas, oversize } = await readAll([
			utf8(`data: 1\n\ndata: 2\n\ndata: ${"x".repeat(5_000)}`),
			utf8("\n\ndata: 3\n\n"),
		]);
		expect({ datas, oversize }).toEqual({ datas: ["1", "2", "3"], oversize: 1 });
	});

	test("ends the reading when whoever is told throws", async () => {
		const onOversize = () => {
			throw new Error("enough");
		};
		const reading = readAll(cut(`data: ${"x".repeat(5_000)}\n\n`, [100]), { onOversize });
		expect(await reading.catch(String)).toBe("Error: enough");
	});

	test("property: is the only one that is dropped, wherever the stream is cut", async () => {
		const maxLength = 100;
		const line = fc.string({ unit: fc.constantFrom("a", "é", "😀", " ", ":"), maxLength: 10 });
		const short = fc.array(line, { minLength: 1, maxLength: 3 });
		// Longer than what is allowed and the longest chunk together.
		const long = fc.oneof(
			fc.integer({ min: 210, max: 300 }).map((length) => ["x".repeat(length)]),
			fc.integer({ min: 22, max: 30 }).map((lines) => Array<string>(lines).fill("0123456789")),
		);
		const event = fc.oneof({ weight: 3, arbitrary: short }, { weight: 1, arbitrary: long });
		const sizes = fc.array(fc.integer({ min: 1, max: maxLength }), { minLength: 1, maxLength: 30 });
		// With CR alone, the parser knows only at the next line's end that a line is blank.
		const eols = fc.constantFrom("\n", "\r\n");
		await fc.assert(
			fc.asyncProperty(fc.array(event, { maxLength: 12 }), sizes, eols, async (all, sizes, eol) => {
				const print = (lines: readonly string[]) => lines.map((text) => `data: ${text}${eol}`).join("") + eol;
				const found = await readAll(cut(`${all.map(print).join("")}: the end${eol}`, sizes), { maxLength });
				const isShort = (lines: readonly string[]) => lines.join("\n").length <= 62;
				expect({ datas: found.datas, oversize: found.oversize }).toEqual({
					datas: all.filter(isShort).map((lines) => lines.join("\n")),
					oversize: all.filter((lines) => !isShort(lines)).length,
				});
			}),
			{ numRuns: 200 },
		);
	});
});

test("the stream is read on only when the promises of all events of a chunk have settled", async () => {
	const releases: (() => void)[] = [];
	const { stream, given } = streamOf([utf8("data: 1\n\ndata: 2\n\n"), utf8("data: 3\n\n")], (own) => own.close());
	const options = { onRetry() {}, onOversize() {}, maxLength: 100 };
	const reading = readEvents(stream, { ...options, onEvent: () => new Promise((resolve) => releases.push(resolve)) });
	const counts: [number, number][] = [];
	const note = async () => {
		await quiet();
		counts.push([given(), releases.length]);
	};
	await note();
	releases[0]?.();
	await note();
	releases[1]?.();
	await note();
	releases[2]?.();
	await reading;
	expect(counts).toEqual([
		[1, 2],
		[1, 2],
		[2, 3],
	]);
});

test("the end is told only when the promise of the last event has settled, also when the end completes it", async () => {
	const released = Promise.withResolvers<void>();
	const { stream } = streamOf([utf8("data: 1\r\r")], (own) => own.close());
	let isOver = false;
	const options = { onEvent: () => released.promise, onRetry() {}, onOversize() {}, maxLength: 100 };
	const reading = readEvents(stream, options).then(() => {
		isOver = true;
	});
	await quiet();
	const before = isOver;
	released.resolve();
	await reading;
	expect(before).toBe(false);
});

test("what breaks the stream is told after the events before it", async () => {
	const datas: string[] = [];
	const { stream } = streamOf([utf8("data: 1\n\n")], (controller) => controller.error(new Error("cut")));
	const onEvent = ({ data }: EventSourceMessage) => void datas.push(data);
	const reading = readEvents(stream, { onEvent, onRetry() {}, onOversize() {}, maxLength: 100 });
	expect([await reading.catch(String), datas]).toEqual(["Error: cut", ["1"]]);
});
