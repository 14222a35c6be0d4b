/** Keeps commands that read a file, and write it, from doing so at the same time. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { systemClock } from "../base/clock.ts";
import { UserError } from "../base/errors.ts";
import { takeLock } from "../base/lock.ts";
import { connectionsFolder } from "./connect/journal.ts";

/** How long another one may be at work before this one gives up. */
const patienceMs = 10_000;

/** One at a time, in all processes: `act` reads, asks nobody, and writes. */
export async function alone<T>(home: string, act: () => Promise<T>): Promise<T> {
	const folder = connectionsFolder(home);
	try {
		await mkdir(folder, { recursive: true, mode: 0o700 });
	} catch (cause) {
		throw new UserError(`cannot make the folder ${folder}, in which connections are noted`, { cause });
	}
	const signal = AbortSignal.timeout(patienceMs);
	const lock = await takeLock(join(folder, "lock"), systemClock, signal).catch((cause: unknown) => {
		if (!signal.aborted) throw cause;
		throw new UserError("another import, connect or disconnect is at work", {
			cause,
			hint: "Run this again when it is done.",
		});
	});
	try {
		return await act();
	} finally {
		lock.release();
	}
}
