/**
 * Large results on disk, for as long as this process runs and for a day at most. Each process has a folder of its own, whose
 * files have names that nobody can guess; what a killed process has left is removed by the next one that looks.
 */
import { chmod, type FileHandle, mkdir, open, rm } from "node:fs/promises";

import type { Clock } from "../base/clock.ts";
import { createPlaces } from "./folders.ts";

export interface FileStoreOptions {
	/** The folder that all processes have theirs in. Absolute; made when something is kept. */
	readonly directory: string;
	readonly clock: Clock;
	/** How many bytes may be kept at a time: the oldest give way. */
	readonly maxBytes?: number;
	readonly keptForMs?: number;
}

export interface FileStore {
	/** Rejects when it cannot be written, or is larger than all that may be kept; what is there by then is removed. */
	keep(bytes: Uint8Array): Promise<FileText>;
	/** Removes what processes have left that no longer run. Never rejects. */
	sweep(): Promise<void>;
	/** Removes all that was kept, for good. Never rejects. */
	close(): Promise<void>;
}

export interface FileText {
	readonly bytes: number;
	/** Undefined when it is no longer kept, or cannot be read. */
	read(from: number, to: number): Promise<Uint8Array | undefined>;
	drop(): void;
}

interface Kept {
	readonly path: string;
	readonly bytes: number;
	readonly callOff: () => void;
}

/** What was made of so long a text on its way would stay in memory for long. */
const hugeBytes = 2 ** 20;
const restMs = 50;

const dayMs = 24 * 60 * 60 * 1000;

export function createFileStore(options: FileStoreOptions): FileStore {
	const { directory, clock, maxBytes = 256_000_000, keptForMs = dayMs } = options;
	const places = createPlaces(directory);
	/** The oldest first. */
	const all = new Set<Kept>();
	const removals = new Set<Promise<void>>();
	let total = 0;
	let isClosed = false;

	async function keep(bytes: Uint8Array): Promise<FileText> {
		if (isClosed) throw new Error("dynamic-mcp is stopping");
		if (bytes.length > maxBytes) throw new Error(`it is larger than the ${maxBytes} bytes that may be kept`);
		const folder = await places.own();
		const path = `${folder}/${crypto.randomUUID()}`;
		// Room is made, and taken, before anything is waited for: two that come together are both counted.
		const kept: Kept = { path, bytes: bytes.length, callOff: clock.after(keptForMs, () => remove(kept)) };
		makeRoom(bytes.length);
		all.add(kept);
		total += kept.bytes;
		try {
			await write(folder, path, bytes);
		} catch (error) {
			remove(kept);
			throw error;
		}
		// Closed meanwhile: the folder may have been made anew.
		if (isClosed) await places.remove();
		if (bytes.length >= hugeBytes) clock.after(restMs, () => Bun.gc(true));
		return { bytes: bytes.length, read: (from, to) => read(kept, from, to), drop: () => remove(kept) };
	}

	async function write(folder: string, path: string, bytes: Uint8Array): Promise<void> {
		await makePrivate(directory);
		await makePrivate(folder);
		const file = await open(path, "wx", 0o600);
		try {
			await allow(file);
			await file.writeFile(bytes);
		} finally {
			await file.close();
		}
	}

	function makeRoom(wanted: number): void {
		for (const kept of all) {
			if (total + wanted <= maxBytes) return;
			remove(kept);
		}
	}

	function remove(kept: Kept): void {
		if (!all.delete(kept)) return;
		total -= kept.bytes;
		kept.callOff();
		// What cannot be removed now goes with the folder.
		const removal: Promise<void> = rm(kept.path, { force: true })
			.catch(() => {})
			.finally(() => removals.delete(removal));
		removals.add(removal);
	}

	async function read(kept: Kept, from: number, to: number): Promise<Uint8Array | undefined> {
		if (!all.has(kept)) return undefined;
		try {
			return await Bun.file(kept.path).slice(from, to).bytes();
		} catch {
			// Somebody has tidied the cache: whoever reads is told that it is gone.
			remove(kept);
			return undefined;
		}
	}

	async function close(): Promise<void> {
		isClosed = true;
		for (const { callOff } of all) callOff();
		all.clear();
		total = 0;
		// A folder from which something is just being removed may not go.
		await Promise.all(removals);
		await places.remove();
	}

	return { keep, sweep: places.sweep, close };
}

/** The umask may have taken too much, or an earlier version given too much. */
async function makePrivate(folder: string): Promise<void> {
	await mkdir(folder, { recursive: true, mode: 0o700 });
	if (process.platform !== "win32") await chmod(folder, 0o700);
}

async function allow(file: FileHandle): Promise<void> {
	if (process.platform !== "win32") await file.chmod(0o600);
}
