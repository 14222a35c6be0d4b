/** The folder of this process for large results, and those of others: which of them nobody needs any more. */
import { lstat, readdir, readlink, rm } from "node:fs/promises";
import { hostname } from "node:os";

import { isRunning } from "../base/processes.ts";

export interface Places {
	/** This process's folder, whether it is there or not. */
	own(): Promise<string>;
	/** Removes it, with all in it. Never rejects. */
	remove(): Promise<void>;
	/** Removes the folders of processes that no longer run. Never rejects. */
	sweep(): Promise<void>;
}

/** A process removes what is a day old itself; what is older than this has nobody to do it. */
const abandonedMs = 2 * 24 * 60 * 60 * 1000;

export function createPlaces(directory: string, now: () => number = Date.now): Places {
	const random = crypto.randomUUID().slice(0, 8);
	let machine: Promise<string> | undefined;

	async function own(): Promise<string> {
		machine ??= findMachine();
		return `${directory}/${process.pid}-${await machine}-${random}`;
	}

	async function remove(): Promise<void> {
		// The next process that starts tries again.
		await rm(await own(), { recursive: true, force: true }).catch(() => {});
	}

	async function sweep(): Promise<void> {
		// Mostly there is no such folder.
		const names = await readdir(directory).catch(() => []);
		if (names.length === 0) return;
		machine ??= findMachine();
		const here = await machine;
		for (const name of names) {
			const path = `${directory}/${name}`;
			// Others may sweep at the same time, and what cannot be removed now is tried again at the next start.
			if (await isAbandoned(name, path, here).catch(() => false)) {
				await rm(path, { recursive: true, force: true }).catch(() => {});
			}
		}
	}

	/** Its process may be another one by now: then the folder goes when it is old. */
	async function isAbandoned(name: string, path: string, here: string): Promise<boolean> {
		const [, pid, machineOf] = /^(\d{1,10})-([0-9a-f]{8})-[0-9a-f]{8}$/.exec(name) ?? [];
		if (pid === undefined) return false;
		if (machineOf === here && Number(pid) !== process.pid && !isRunning(Number(pid))) return true;
		return now() - (await lstat(path)).mtimeMs > abandonedMs;
	}

	return { own, remove, sweep };
}

/** Tells machines, and containers, apart that have the same folder: the numbers of processes mean nothing elsewhere. */
async function findMachine(): Promise<string> {
	// Only Linux has such.
	const numbers = await readlink("/proc/self/ns/pid").catch(() => "");
	return new Bun.CryptoHasher("sha256")
		.update(JSON.stringify([hostname(), numbers]))
		.digest("hex")
		.slice(0, 8);
}
