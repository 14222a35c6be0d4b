/** Fake clocks for what sets its timers by itself, some time after an answer has come over a real connection. */
import type { Clock } from "../../src/base/clock.ts";
import { createFakeClock, type FakeClock } from "./fake-clock.ts";

export interface WatchedClock extends FakeClock {
	/** Resolves when a timer with this delay is running, which may be now. */
	set(delayMs: number): Promise<void>;
	/** Waits until a timer with this delay is running, and lets it ring. */
	ring(delayMs: number): Promise<void>;
}

export function createWatchedClock(): WatchedClock {
	const fake = createFakeClock();
	const running = new Set<{ readonly delayMs: number }>();
	const watchers = new Map<number, PromiseWithResolvers<void>>();

	function set(delayMs: number): Promise<void> {
		for (const timer of running) if (timer.delayMs === delayMs) return Promise.resolve();
		const watcher = watchers.get(delayMs) ?? Promise.withResolvers<void>();
		watchers.set(delayMs, watcher);
		return watcher.promise;
	}

	return {
		now: () => fake.now(),
		advance: (ms) => fake.advance(ms),
		get pendingTimers() {
			return fake.pendingTimers;
		},
		after(delayMs, action) {
			const timer = { delayMs };
			running.add(timer);
			watchers.get(delayMs)?.resolve();
			watchers.delete(delayMs);
			const callOff = fake.after(delayMs, () => {
				running.delete(timer);
				action();
			});
			return () => {
				running.delete(timer);
				callOff();
			};
		},
		set,
		async ring(delayMs) {
			await set(delayMs);
			fake.advance(delayMs);
		},
	};
}

export interface HurriedClock extends Clock {
	/** Every delay that was waited for, in order. */
	readonly delays: readonly number[];
	/** Lets time pass without anybody waiting for it. */
	pass(ms: number): void;
}

/** A clock on which all that is waited for comes at once, but for what `isPatience` says is only a limit. */
export function createHurriedClock(isPatience: (delayMs: number) => boolean = () => false): HurriedClock {
	const fake = createFakeClock();
	const delays: number[] = [];
	return {
		delays,
		now: () => fake.now(),
		pass: (ms) => fake.advance(ms),
		after(delayMs, action) {
			if (isPatience(delayMs)) return () => {};
			delays.push(delayMs);
			const callOff = fake.after(delayMs, action);
			queueMicrotask(() => fake.advance(delayMs));
			return callOff;
		},
	};
}
