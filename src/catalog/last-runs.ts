/**
 * How each server's last runs went, on disk beside what it offers, so that it is known without starting it. Apart from
 * the offers, which are written only when there are new ones, and read by whoever needs nothing of this.
 */
import { readFileIfThere, writeFileAtomically } from "../base/files.ts";
import { isObject, parseJson } from "../base/objects.ts";
import { entryPath } from "./entry-files.ts";

/** Times are milliseconds since 1970. */
export interface LastRuns {
	/** When it was ready the last time, and how long it took from the start to the end of the handshake. */
	readonly ready?: { readonly at: number; readonly startMs: number };
	/** When it did not start, or ended without being told to, the last time. */
	readonly failed?: Failure;
}

interface Failure {
	readonly at: number;
	readonly problem: string;
	/** It works as soon as somebody has signed in. */
	readonly isSignInNeeded: boolean;
}

/** Whatever cannot be read or used counts as never noted. `cache` is its directory, absolute. */
export async function readLastRuns(cache: string, fingerprint: string): Promise<LastRuns> {
	try {
		return parseRuns(parseJson((await readFileIfThere(entryPath(cache, fingerprint, "lastRuns"))) ?? ""));
	} catch {
		return {};
	}
}

/** Of `ready` and `failed`, what is not given stays as it was. Never rejects: nobody is helped by hearing of it. */
export async function noteRuns(cache: string, fingerprint: string, runs: LastRuns): Promise<void> {
	// Two processes may do this at the same time: then one of them has seen the last run, and that will do.
	const text = JSON.stringify({ ...(await readLastRuns(cache, fingerprint)), ...runs });
	try {
		await writeFileAtomically(entryPath(cache, fingerprint, "lastRuns"), text, { mode: 0o600 });
	} catch {
		// What servers offer cannot be kept there either, which is told.
	}
}

function parseRuns(found: unknown): LastRuns {
	if (!isObject(found)) return {};
	const { ready, failed } = found;
	return {
		...(isReady(ready) ? { ready } : {}),
		...(isFailure(failed) ? { failed } : {}),
	};
}

function isReady(found: unknown): found is Required<LastRuns>["ready"] {
	return isObject(found) && typeof found["at"] === "number" && typeof found["startMs"] === "number";
}

function isFailure(found: unknown): found is Failure {
	if (!isObject(found)) return false;
	const { at, problem, isSignInNeeded } = found;
	return typeof at === "number" && typeof problem === "string" && typeof isSignInNeeded === "boolean";
}
