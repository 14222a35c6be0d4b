/** Keeps messages that have no answer in order: HTTP would let one overtake the other. */
import { type Clock, within } from "../../base/clock.ts";
import type { Outgoing } from "../../protocol/channel.ts";
import { lengthOf } from "../../protocol/line-stream.ts";

export interface Lane {
	/** Returns a promise while too much waits, which resolves when it no longer does. */
	push(message: Outgoing): void | Promise<void>;
	/** Resolves when what has been pushed so far has been taken by the server; undefined when it has been already. */
	readonly passed: Promise<void> | undefined;
}

/** How much may wait before whoever produces it has to wait, too. In characters or bytes. */
const maxWaiting = 2 ** 20;

/** A server that does not take a message within this time costs us the order of messages, and not the messages. */
const patienceMs = 5_000;

/** `deliver` sends one message. It must not reject. */
export function createLane(clock: Clock, deliver: (message: Outgoing) => Promise<void>): Lane {
	let waiting = 0;
	let drained: PromiseWithResolvers<void> | undefined;
	let last: Promise<void> | undefined;

	function push(message: Outgoing): void | Promise<void> {
		const length = lengthOf(message.text);
		waiting += length;
		const own: Promise<void> = (last ?? Promise.resolve()).then(async () => {
			await within(clock, patienceMs, deliver(message));
			waiting -= length;
			if (waiting <= maxWaiting) drained?.resolve();
			if (last === own) last = undefined;
		});
		last = own;
		if (waiting <= maxWaiting) return undefined;
		drained ??= createDrained();
		return drained.promise;
	}

	function createDrained(): PromiseWithResolvers<void> {
		const own = Promise.withResolvers<void>();
		void own.promise.then(() => {
			drained = undefined;
		});
		return own;
	}

	return {
		push,
		get passed() {
			return last;
		},
	};
}
