import { describe, expect, test } from "bun:test";

import { createFakeClock } from "../../test/helpers/fake-clock.ts";
import { joinChannels, openMemoryPeer, quiet } from "../../test/helpers/memory-channel.ts";
import type { Channel, Receive } from "./channel.ts";
import { createLink } from "./link.ts";
import type { LongReply } from "./long-reply.ts";
import type { Outcome } from "./pending.ts";

function createLinked(open?: (receive: Receive) => Channel) {
	const clock = createFakeClock();
	const pair = joinChannels();
	const notified: string[] = [];
	const link = createLink({
		clock,
		open: open ?? pair.left.open,
		onRequest: () => {},
		onNotification: ({ text }) => void notified.push(text),
		onUnexpected: () => {},
		acceptsBatches: () => true,
	});
	const peer = openMemoryPeer(pair, "right");
	const kinds: string[] = [];
	const start = (timeoutMs = 100) =>
		link.request({ method: "m", timeoutMs }, ({ kind }: Outcome) => void kinds.push(kind));
	return { clock, link, notified, peer, kinds, start, texts: pair.left.sent };
}

describe("while the timeouts of a link are suspended", () => {
	test("no request of ours is given up, nor cancelled at the peer; afterwards each has its full time again", async () => {
		const { clock, link, kinds, start, texts } = createLinked();
		start();
		const resume = link.suspendTimeouts();
		clock.advance(10_000);
		resume();
		clock.advance(99);
		const before = [kinds.length, texts.length];
		clock.advance(1);
		await quiet();
		expect([before, kinds, texts.length]).toEqual([[0, 1], ["timeout"], 2]);
	});

	test("requests of another link time out as ever", () => {
		const [one, other] = [createLinked(), createLinked()];
		other.start();
		one.link.suspendTimeouts();
		other.clock.advance(100);
		expect(other.kinds).toEqual(["timeout"]);
	});

	test("the link is as idle as its requests say", () => {
		const { clock, link } = createLinked();
		clock.advance(5);
		link.suspendTimeouts();
		expect(link.idleSince).toBe(0);
	});
});

test("a request without an end waits for ever, and its message says so", async () => {
	const sent: unknown[] = [];
	const { clock, kinds, start } = createLinked(() => ({
		send: ({ timeoutMs }) => void sent.push(timeoutMs),
		closed: new Promise(() => {}),
		close: () => new Promise(() => {}),
	}));
	start(Number.POSITIVE_INFINITY);
	clock.advance(1e12);
	expect([sent, kinds, clock.pendingTimers]).toEqual([[Number.POSITIVE_INFINITY], [], 0]);
});

test("a notification's text is sent as it is", () => {
	const { link, texts } = createLinked();
	const text = '{ "method":"n","jsonrpc":"2.0","params":{"n":12345678901234567890} }';
	void link.notifyText(text);
	expect(texts).toEqual([text]);
});

test("progress that no request of ours wants is handed on like any notification", async () => {
	const { notified, peer, start } = createLinked();
	start();
	const text = '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1}}';
	peer.send(text);
	await quiet();
	expect(notified).toEqual([text]);
});

describe("a reply of another link is passed on with our peer's id:", () => {
	test.each<[string, string]>([
		['{"jsonrpc":"2.0","id":7,"result":{"id":7,"n":1.0}}', '{"jsonrpc":"2.0","id":"a","result":{"id":7,"n":1.0}}'],
		['{"result":{"x":{"id":7}},"jsonrpc":"2.0","id":7}', '{"result":{"x":{"id":7}},"jsonrpc":"2.0","id":"a"}'],
		[
			'{"\\u0069d":7,"jsonrpc":"2.0","error":{"code":1,"message":"m"}}',
			'{"\\u0069d":"a","jsonrpc":"2.0","error":{"code":1,"message":"m"}}',
		],
	])("%s", (text, expected) => {
		const { link, texts } = createLinked();
		void link.forward("a", { kind: "reply", id: 7, result: {}, error: undefined, text });
		expect(texts).toEqual([expected]);
	});

	test("a long one", () => {
		const { link, texts } = createLinked();
		const head = '{"jsonrpc":"2.0","id":7,"result":';
		const pieces = [Buffer.from(`${head}{"a":"`), Buffer.from('é"}}')];
		const reply: LongReply = { kind: "long-reply", id: 7, pieces, head: head.length, tail: 0 };
		void link.forward("a", reply);
		expect(texts).toEqual(['{"jsonrpc":"2.0","id":"a","result":{"a":"é"}}']);
	});
});
