import { expect, test } from "bun:test";

import { createFakeClock } from "../../test/helpers/fake-clock.ts";
import type { Incoming, Receive } from "./channel.ts";
import { parseMessage } from "./jsonrpc.ts";
import { createLink } from "./link.ts";

/** A link on a channel that is full, and what it is given to receive. */
function createFull(full: Promise<void>) {
	let receive: Receive = () => {};
	const link = createLink({
		clock: createFakeClock(),
		open: (given) => {
			receive = given;
			const closed = new Promise<never>(() => {});
			return { send: () => full, closed, close: () => closed };
		},
		onRequest: () => full,
		onNotification: () => full,
		onUnexpected: () => {},
		acceptsBatches: () => true,
	});
	return { link, receive: (incoming: Incoming) => receive(incoming) };
}

test.each([
	["a request", '{"jsonrpc":"2.0","id":7,"method":"m"}'],
	["a notification", '{"jsonrpc":"2.0","method":"m"}'],
	["a reply", '{"jsonrpc":"2.0","id":1,"result":{}}'],
	["progress", '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1}}'],
	["a batch", '[{"jsonrpc":"2.0","id":1,"result":{}}]'],
])("back-pressure of whoever takes %s is the channel's", (_, text) => {
	const full = new Promise<void>(() => {});
	const { link, receive } = createFull(full);
	link.request({ method: "m", timeoutMs: 1_000, onProgress: () => full }, () => full);
	expect(receive(parseMessage(text))).toBeInstanceOf(Promise);
});

test("back-pressure of the channel is told to whoever answers, notifies, refuses or forwards", () => {
	const full = new Promise<void>(() => {});
	const { link } = createFull(full);
	const reply = { kind: "reply", id: 1, result: {}, error: undefined, text: "{}" } as const;
	const told = [
		link.answer(1, "{}"),
		link.refuse(1, { code: 1, message: "" }),
		link.forward(1, reply),
		link.notify("m"),
		link.notifyText("{}"),
	];
	expect(told).toEqual(told.map(() => full));
});
