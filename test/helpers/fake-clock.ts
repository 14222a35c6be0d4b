/** A clock that stands still until a test turns it. */
import type { Clock } from "../../src/base/clock.ts";

export interface FakeClock extends Clock {
	/**
	 * Moves the time on and runs the timers that fall due, in order of their time and at their time. Timers set
	 * meanwhile run, too, when they fall due within it.
	 */
	advance(ms: number): void;
	readonly pendingTimers: number;
}

interface Timer {
	readonly at: number;
	readonly action: () => void;
}

export function createFakeClock(): FakeClock {
	const timers = new Set<Timer>();
	let time = 0;

	/** Of timers due at the same time the one set first. */
	function nextDue(until: number): Timer | undefined {
		let next: Timer | undefined;
		for (const timer of timers) if (timer.at <= until && timer.at < (next?.at ?? Infinity)) next = timer;
		return next;
	}

	return {
		now: () => time,
		after(delayMs, action) {
			const timer = { at: time + Math.max(0, delayMs), action };
			timers.add(timer);
			return () => void timers.delete(timer);
		},
		advance(ms) {
			const end = time + ms;
			for (let timer = nextDue(end); timer !== undefined; timer = nextDue(end)) {
				timers.delete(timer);
				time = timer.at;
				timer.action();
			}
			time = end;
		},
		get pendingTimers() {
			return timers.size;
		},
	};
}
