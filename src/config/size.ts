/** Reads how large something may be, as written in a config file. Pure. */
import { show } from "./wording.ts";

export type Size = { bytes: number } | { problem: string };

/** The longest message that is read at all; more would never be reached. */
export const largestSize = 64_000_000;

/** Less would leave no room for the text that says how to read on. */
export const smallestSize = 1000;

/** The form of every accepted string. Written without flags, so that it can stand in a JSON Schema as it is. */
export const sizePattern = /^\s*[0-9]+\s?([bB]|[kK][bB]|[mM][bB])\s*$/;

const unitBytes = new Map([
	["b", 1],
	["kb", 1000],
	["mb", 1_000_000],
]);

/** Bytes from a whole number of them or a string like `80kB` or `1MB`, with 1000 bytes to the kB. Zero is a size. */
export function parseSize(written: unknown): Size {
	const bytes = typeof written === "string" ? fromText(written) : written;
	if (typeof bytes !== "number" || !Number.isInteger(bytes) || bytes < 0) {
		return { problem: `${show(written)} is not a size; write a number of bytes, or a string like "80kB" or "1MB"` };
	}
	if (bytes > largestSize) return { problem: `${show(written)} is more than 64MB, the most allowed` };
	if (bytes > 0 && bytes < smallestSize) {
		return { problem: `${show(written)} is less than 1kB, the least allowed; 0 switches the limit off` };
	}
	return { bytes };
}

function fromText(text: string): number | undefined {
	const [, amount, unit = ""] = /^([0-9]+)\s?([a-z]+)$/.exec(text.trim().toLowerCase()) ?? [];
	const factor = unitBytes.get(unit);
	return amount === undefined || factor === undefined ? undefined : Number(amount) * factor;
}
