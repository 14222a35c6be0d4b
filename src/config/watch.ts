/** Says when the config file has another content, however it was saved. Loaded after the start. */
import { type BigIntStats, readFileSync, statSync } from "node:fs";

import { type Clock, systemClock } from "../base/clock.ts";
import { type OpenFolder, watchPlaces } from "./watch-places.ts";

export interface WatchOptions {
	/** Absolute. */
	path: string;
	onChange: () => void;
	clock?: Clock;
	/** How to hear of changes in a folder. For tests of what happens where that is not possible. */
	openFolder?: OpenFolder;
}

/** Several writes that follow each other are one save, but who never stops writing is listened to as well. */
const quietMs = 100;
const longestMs = 1_000;

/** Where a folder cannot be watched, and where it can: watchers overlook things, on network drives for example. */
const blindPollMs = 2_000;
const safetyPollMs = 5_000;

/**
 * Calls `onChange` when the content differs from what was last reported, never while the file is missing or cannot be
 * read, and never after `close`.
 *
 * What the file holds at the time of this call counts as reported: whoever reads the file after the call misses nothing.
 * Keeps no process alive.
 */
export function watchConfig({ path, onChange, clock = systemClock, openFolder }: WatchOptions): { close(): void } {
	const places = watchPlaces({ path, onEvent: touched, ...(openFolder === undefined ? {} : { openFolder }) });
	let seen = signatureOf(path);
	let reported = contentHash(path);
	let lastMoment: number | undefined;
	let due: number | undefined;
	let callOffCheck = () => {};
	let callOffPoll = schedulePoll();

	function touched(): void {
		const now = clock.now();
		lastMoment ??= now + longestMs;
		const next = Math.min(now + quietMs, lastMoment);
		// Put off no more: a timer that is set anew with every event might never ring.
		if (next === due) return;
		due = next;
		callOffCheck();
		callOffCheck = clock.after(next - now, check);
	}

	function check(): void {
		lastMoment = due = undefined;
		// In this order, so that whatever changes from here on is noticed again.
		places.refresh();
		seen = signatureOf(path);
		const found = contentHash(path);
		if (found === undefined || found === reported) return;
		reported = found;
		onChange();
	}

	function schedulePoll(): () => void {
		return clock.after(places.isBlind() ? blindPollMs : safetyPollMs, poll);
	}

	function poll(): void {
		places.refresh();
		callOffPoll = schedulePoll();
		// Where nothing else tells, two saves of one size within the clock of the file system must not look the same.
		if (places.isBlind() || signatureOf(path) !== seen) touched();
	}

	return {
		close() {
			places.close();
			callOffCheck();
			callOffPoll();
		},
	};
}

function signatureOf(path: string): string {
	const stats = statsOf(path);
	return stats === undefined ? "" : [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join();
}

/** Undefined for whatever is not a readable file: reading a pipe, as `<(command)` is one, would wait for its writer. */
function contentHash(path: string): number | bigint | undefined {
	try {
		return statsOf(path)?.isFile() ? Bun.hash(readFileSync(path)) : undefined;
	} catch {
		// It will be looked at again when it changes; the config read last stays in use.
		return undefined;
	}
}

function statsOf(path: string): BigIntStats | undefined {
	try {
		return statSync(path, { bigint: true });
	} catch {
		// Missing, or in a folder that may not be read: the same to us.
		return undefined;
	}
}
