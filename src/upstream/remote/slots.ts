/** Lets few go on at the same time as long as they are quick, and more when they are not. */
import type { Clock } from "../../base/clock.ts";

export interface SlotLimits {
	/** How many go on at the same time, */
	readonly few: number;
	/** and how many once some have had to wait for about so long. */
	readonly many: number;
	readonly patienceMs: number;
}

export interface Slots {
	/** Resolves when it is one's turn; undefined when that is at once. Each turn is to be given back. */
	take(): Promise<void> | undefined;
	give(): void;
}

export function createSlots(clock: Clock, { few, many, patienceMs }: SlotLimits): Slots {
	const waiting: (() => void)[] = [];
	let taken = 0;
	let stopTimer: (() => void) | undefined;

	function take(): Promise<void> | undefined {
		if (taken >= few) return wait();
		taken++;
		return undefined;
	}

	function wait(): Promise<void> {
		stopTimer ??= clock.after(patienceMs, letMany);
		return new Promise((resolve) => waiting.push(resolve));
	}

	function letMany(): void {
		stopTimer = undefined;
		while (taken < many && letNext());
		if (waiting.length > 0) stopTimer = clock.after(patienceMs, letMany);
	}

	function letNext(): boolean {
		const next = waiting.shift();
		if (next === undefined) return false;
		taken++;
		next();
		return true;
	}

	function give(): void {
		taken--;
		// Whoever is quick keeps the patience going for those behind.
		if (taken < few) letNext();
		if (waiting.length > 0) return;
		stopTimer?.();
		stopTimer = undefined;
	}

	return { take, give };
}
