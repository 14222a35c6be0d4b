/** What every transport keeps, tested through a peer that sends back whatever it is sent. */
import { describe, expect, test } from "bun:test";

import type { Channel, Incoming, Receive } from "../../src/protocol/channel.ts";
import { quiet } from "../helpers/memory-channel.ts";

/** A channel to an echo. Disposing of it leaves nothing behind. */
export interface EchoChannel extends AsyncDisposable {
	readonly channel: Channel;
	/** The peer goes away by itself, if it is still there. */
	endPeer(): void;
}

export interface ChannelUnderTest {
	readonly name: string;
	/** A promise where there is something to be said before the echo can listen. */
	readonly open: (receive: Receive) => EchoChannel | Promise<EchoChannel>;
}

const message = (method: string, params?: unknown) =>
	({ kind: "notification", method, text: JSON.stringify({ jsonrpc: "2.0", method, params }) }) as const;

const methodOf = (incoming: Incoming) => (incoming.kind === "notification" ? incoming.method : incoming.kind);

/** What arrives, and a way to wait until `method` is among it. */
function createReceiver(hold?: Promise<void>) {
	const received: string[] = [];
	const arrivals = new Map<string, PromiseWithResolvers<void>>();
	const arrivalOf = (method: string) => {
		const arrival = arrivals.get(method) ?? Promise.withResolvers<void>();
		arrivals.set(method, arrival);
		return arrival;
	};
	const receive = (incoming: Incoming) => {
		const method = methodOf(incoming);
		received.push(method);
		arrivalOf(method).resolve();
		return hold;
	};
	return { received, receive, hasArrived: (method: string) => arrivalOf(method).promise };
}

/** Enough for every buffer between two processes to be full. */
const bulk = Array.from({ length: 2_000 }, (_, index) => message(`m${index}`, ["x".repeat(10_000)]));
const bulkMethods = bulk.map(({ method }) => method);

export function runChannelContract({ name, open }: ChannelUnderTest): void {
	describe(`${name} as a channel`, () => {
		test("hands on what arrives, in order", async () => {
			const { received, receive, hasArrived } = createReceiver();
			await using echo = await open(receive);
			for (const method of ["a", "b", "c"]) void echo.channel.send(message(method));
			await hasArrived("c");
			expect(received).toEqual(["a", "b", "c"]);
		});

		test("hands on nothing before the function that opens it has returned", async () => {
			const order: string[] = [];
			const { receive, hasArrived } = createReceiver();
			await using echo = await open((incoming) => {
				order.push("received");
				return receive(incoming);
			});
			void echo.channel.send(message("a"));
			order.push("opened and sent");
			await hasArrived("a");
			expect(order).toEqual(["opened and sent", "received"]);
		});

		test("carries any text as it is, however long", async () => {
			const text = `{"jsonrpc":"2.0" , "method":"m","params":["é€😀\\n\\u0000",12345678901234567890,"${"é".repeat(300_000)}"]}`;
			const { promise, resolve } = Promise.withResolvers<Incoming>();
			await using echo = await open(resolve);
			void echo.channel.send({ kind: "notification", text });
			expect(await promise).toMatchObject({ kind: "notification", text });
		});

		test("reads on only when the receiver's promise has settled, and then loses nothing", async () => {
			const released = Promise.withResolvers<void>();
			const { received, receive, hasArrived } = createReceiver(released.promise);
			await using echo = await open(receive);
			for (const each of bulk) void echo.channel.send(each);
			await hasArrived("m0");
			for (let turn = 0; turn < 20; turn++) await quiet();
			const isHeld = received.length < bulk.length;
			released.resolve();
			await hasArrived(bulkMethods.at(-1) ?? "");
			expect({ isHeld, received }).toEqual({ isHeld: true, received: bulkMethods });
		});

		test("returns a promise while it is full, which resolves when it no longer is", async () => {
			const released = Promise.withResolvers<void>();
			const { received, receive, hasArrived } = createReceiver(released.promise);
			await using echo = await open(receive);
			const sent: string[] = [];
			let pressure: void | Promise<void> = undefined;
			for (const each of bulk) {
				if (pressure !== undefined) break;
				pressure = echo.channel.send(each);
				sent.push(each.method);
				await quiet();
			}
			released.resolve();
			await pressure;
			await hasArrived(sent.at(-1) ?? "");
			expect({ pressure, received }).toEqual({ pressure: expect.any(Promise), received: sent });
		});

		test("tells once why it has closed when the peer ends, after all that the peer has sent", async () => {
			const { received, receive, hasArrived } = createReceiver();
			await using echo = await open(receive);
			for (const method of ["a", "b"]) void echo.channel.send(message(method));
			await hasArrived("b");
			echo.endPeer();
			const reason = await echo.channel.closed;
			const seen = received.length;
			await quiet();
			// A transport that cannot tell an end from a fault may call it clean, or not.
			const known: object = { ...reason, isClean: undefined };
			expect({ known, seen, received, again: await echo.channel.closed }).toEqual({
				known: { kind: "ended", detail: expect.any(String), lastWords: [] },
				seen: 2,
				received: ["a", "b"],
				again: reason,
			});
		});

		test("closes once: a second call returns the first one's promise, and both tell the reason", async () => {
			await using echo = await open(() => {});
			const closing = echo.channel.close();
			const again = echo.channel.close();
			expect({ isSame: again === closing, reason: await closing }).toEqual({
				isSame: true,
				reason: { kind: "closed", detail: expect.any(String), lastWords: [] },
			});
		});

		test("keeps the first reason", async () => {
			await using echo = await open(() => {});
			const closing = echo.channel.close();
			echo.endPeer();
			expect(await echo.channel.closed).toEqual(await closing);
		});

		test("drops what is sent after the close", async () => {
			const { received, receive } = createReceiver();
			await using echo = await open(receive);
			await echo.channel.close();
			const result = echo.channel.send(message("late"));
			await quiet();
			expect([result, received]).toEqual([undefined, []]);
		});
	});
}
