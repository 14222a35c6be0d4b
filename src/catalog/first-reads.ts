/** Reads, once and in the background, what groups offer of which nothing is known yet. */
import type { Clock } from "../base/clock.ts";

export interface FirstReadsOptions {
	readonly clock: Clock;
	/**
	 * How long after `schedule` the reading begins. Clients start a server only to see whether it works, and give
	 * up a first start that takes long: for those nothing may be started.
	 */
	readonly delayMs: number;
	/** So many servers start at a time. */
	readonly atOnce: number;
	readonly isKnown: (group: string) => Promise<boolean>;
	/** Reads and keeps what the group offers. May reject: then nothing is known of it until somebody needs it. */
	readonly read: (group: string) => Promise<void>;
}

export interface FirstReads {
	/** These groups, in this order, unless they are known by then. Groups scheduled before are not read twice. */
	schedule(groups: readonly string[]): void;
	/** Nothing more is begun. */
	close(): void;
}

export function createFirstReads({ clock, delayMs, atOnce, isKnown, read }: FirstReadsOptions): FirstReads {
	const scheduled = new Set<string>();
	const queue: string[] = [];
	let busy = 0;
	let isClosed = false;
	const timers = new Set<() => void>();

	function schedule(groups: readonly string[]): void {
		const added = groups.filter((group) => !scheduled.has(group));
		for (const group of added) scheduled.add(group);
		if (added.length === 0 || isClosed) return;
		const stopTimer = clock.after(delayMs, () => {
			timers.delete(stopTimer);
			queue.push(...added);
			while (busy < atOnce && queue.length > 0) void work();
		});
		timers.add(stopTimer);
	}

	/** One of at most `atOnce` that take groups from the queue until it is empty. */
	async function work(): Promise<void> {
		busy++;
		for (let group = queue.shift(); group !== undefined; group = queue.shift()) {
			try {
				if (!(await isKnown(group))) await read(group);
			} catch {
				// The failure is the group's own, shown in its state and in the log.
			}
		}
		busy--;
	}

	return {
		schedule,
		close() {
			isClosed = true;
			queue.length = 0;
			for (const stopTimer of timers) stopTimer();
		},
	};
}
