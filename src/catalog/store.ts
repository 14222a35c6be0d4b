/**
 * What servers have offered, on disk, so that it is known before they run. Any number of processes may use one
 * directory: an entry is one file, and is only ever replaced as a whole.
 */
import * as v from "valibot";

import { errorText } from "../base/errors.ts";
import { readFileIfThere, temporaryTarget, writeFileAtomically } from "../base/files.ts";
import { isObject } from "../base/objects.ts";
import type { Tool } from "../protocol/mcp.ts";
import { summarize } from "./descriptions.ts";
import { catalogFolder, entryPath, isEntryFile } from "./entry-files.ts";
import { isTool } from "./harvest.ts";
import type { Offer } from "./offer.ts";

export interface CatalogStore {
	/** Whether something was ever written under the fingerprint, without reading it. */
	has(fingerprint: string): Promise<boolean>;
	/** What was last written under the fingerprint. Whatever cannot be read or used counts as never written. */
	read(fingerprint: string): Promise<Offer | undefined>;
	/** The same with the time it was written at, in milliseconds since 1970. Does not count as a use. */
	readDated(fingerprint: string): Promise<DatedOffer | undefined>;
	/** In the order of the calls. Resolves when it could not be written, too: see `onProblem`. */
	write(fingerprint: string, offer: Offer): Promise<void>;
	/** Removes entries that were not used for 90 days, and what killed processes left behind. Never rejects. */
	prune(): Promise<void>;
}

export interface DatedOffer {
	readonly offer: Offer;
	readonly savedAt: number;
}

export interface CatalogStoreOptions {
	/** Absolute; made when something is written. */
	readonly directory: string;
	/** Milliseconds since 1970. */
	readonly now?: () => number;
	/** The cache cannot be written. Told once: the next write fails for the same reason. */
	readonly onProblem?: (text: string) => void;
}

const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;
const unusedMs = 90 * dayMs;
const maxBytes = 64 * 2 ** 20;

const format = 1;

/** Holds what it is shown to what we rely on. Its output is not used: valibot's copy has no key `constructor`. */
const entrySchema = v.object({
	format: v.literal(format),
	savedAt: v.number(),
	offer: v.object({
		tools: v.pipe(
			v.array(v.custom<Tool>(isTool)),
			v.check((tools) => hasEachNameOnce(tools)),
		),
		prompts: v.optional(v.array(v.unknown())),
		resources: v.optional(v.array(v.unknown())),
		resourceTemplates: v.optional(v.array(v.unknown())),
		instructions: v.optional(v.string()),
		protocolVersion: v.string(),
		capabilities: v.custom<Offer["capabilities"]>(isObject),
	}),
});

export function createCatalogStore({ directory, now = Date.now, onProblem }: CatalogStoreOptions): CatalogStore {
	const folder = catalogFolder(directory);
	const pathOf = (fingerprint: string) => entryPath(directory, fingerprint, "offer");
	const summaryOf = (fingerprint: string) => entryPath(directory, fingerprint, "summary");
	let lastWrite = Promise.resolve();
	let isProblemKnown = false;

	async function has(fingerprint: string): Promise<boolean> {
		return Bun.file(pathOf(fingerprint)).exists();
	}

	async function read(fingerprint: string): Promise<Offer | undefined> {
		const found = await readFile(pathOf(fingerprint));
		if (found !== undefined && Math.abs(now() - found.mtimeMs) > dayMs) await markUsed(fingerprint);
		return found?.offer;
	}

	async function readDated(fingerprint: string): Promise<DatedOffer | undefined> {
		const found = await readFile(pathOf(fingerprint));
		return found && { offer: found.offer, savedAt: found.savedAt };
	}

	async function readFile(path: string): Promise<(DatedOffer & { mtimeMs: number }) | undefined> {
		try {
			const facts = await Bun.file(path).stat();
			if (!facts.isFile() || facts.size > maxBytes) return undefined;
			const entry = parseEntry((await readFileIfThere(path)) ?? "");
			return entry && { ...entry, mtimeMs: facts.mtimeMs };
		} catch {
			// Nobody is told: the caller asks the server, and what comes back is written in this one's place.
			return undefined;
		}
	}

	/** The file's own time says when it was last used: reading an entry never has to write one. */
	async function markUsed(fingerprint: string): Promise<void> {
		const { utimes } = await import("node:fs/promises");
		const date = new Date(now());
		// At worst an entry goes after 90 days although it is in use, and is written anew: nobody need know.
		const paths = [pathOf(fingerprint), summaryOf(fingerprint)];
		await Promise.all(paths.map((path) => utimes(path, date, date).catch(() => {})));
	}

	async function write(fingerprint: string, offer: Offer): Promise<void> {
		const paths = { entry: pathOf(fingerprint), summary: summaryOf(fingerprint) };
		// One after the other, or the older of two offers could be the one that stays.
		lastWrite = lastWrite.then(() => writeEntry(paths, offer)).catch(report);
		await lastWrite;
	}

	async function writeEntry({ entry, summary }: { entry: string; summary: string }, offer: Offer): Promise<void> {
		const text = JSON.stringify({ format, savedAt: now(), offer });
		if (Buffer.byteLength(text) > maxBytes) throw new Error("a server offers more than 64 MB");
		await writeFileAtomically(summary, JSON.stringify(summarize(offer)), { mode: 0o600 });
		await writeFileAtomically(entry, text, { mode: 0o600 });
	}

	function report(error: unknown): void {
		if (isProblemKnown) return;
		isProblemKnown = true;
		const found = errorText(error);
		onProblem?.(`what servers offer cannot be kept in ${folder}: ${found}`);
	}

	async function prune(): Promise<void> {
		const { lstat, readdir, rm } = await import("node:fs/promises");
		// Nobody is told of what fails: there may be no folder yet, another process may prune at the same time, and
		// what cannot be removed today is tried again at the next start.
		const names = await readdir(folder).catch(() => []);
		for (const name of names) {
			const limitMs = keptForMs(name);
			if (limitMs === undefined) continue;
			const path = `${folder}/${name}`;
			const lastUse = await lstat(path).then(
				({ mtimeMs }) => mtimeMs,
				() => Infinity,
			);
			if (now() - lastUse > limitMs) await rm(path, { force: true }).catch(() => {});
		}
	}

	return { has, read, readDated, write, prune };
}

/** Throws when the text is no JSON. */
function parseEntry(text: string): DatedOffer | undefined {
	const entry: unknown = JSON.parse(text);
	if (!v.is(entrySchema, entry)) return undefined;
	// JSON has no undefined: what is not known is not in the file.
	const unknown = { prompts: undefined, resources: undefined, resourceTemplates: undefined };
	const offer = { ...unknown, instructions: undefined, serverInfo: undefined, ...entry.offer };
	return { offer, savedAt: entry.savedAt };
}

function hasEachNameOnce(tools: readonly Tool[]): boolean {
	return new Set(tools.map(({ name }) => name)).size === tools.length;
}

/** How long a file may lie unused; undefined when it is not ours to remove. */
function keptForMs(name: string): number | undefined {
	if (isEntryFile(name)) return unusedMs;
	return isEntryFile(temporaryTarget(name) ?? "") ? hourMs : undefined;
}
