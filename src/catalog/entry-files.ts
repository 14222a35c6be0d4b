/** Where in the cache it lies what is kept of a server: files of a few kinds in one folder, by its fingerprint. Pure. */

export type EntryFile = keyof typeof ends;

const ends = {
	offer: ".json",
	summary: ".summary.json",
	lastRuns: ".runs.json",
} as const;

export function catalogFolder(cache: string): string {
	return `${cache}/catalogs`;
}

/** Throws `TypeError` for what is no fingerprint: nothing else may come into a path. */
export function entryPath(cache: string, fingerprint: string, file: EntryFile): string {
	if (!isFingerprint(fingerprint)) throw new TypeError("a fingerprint has 64 hexadecimal digits, in lower case");
	return `${catalogFolder(cache)}/${fingerprint}${ends[file]}`;
}

/** Whether a file of this name is one of these. */
export function isEntryFile(name: string): boolean {
	return Object.values(ends).some((end) => name.endsWith(end) && isFingerprint(name.slice(0, -end.length)));
}

const isFingerprint = (text: string) => /^[0-9a-f]{64}$/.test(text);
