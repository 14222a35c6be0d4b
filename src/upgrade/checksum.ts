/** Holds a download against the release's `SHA256SUMS`. Pure. */
import { UserError } from "../base/errors.ts";

/** In lower case; undefined when the list has no line for this file. */
export function sumIn(list: string, file: string): string | undefined {
	for (const line of list.split(/\r?\n/)) {
		const { sum, name } = /^(?<sum>[0-9a-f]{64}) [ *](?<name>.+)$/i.exec(line)?.groups ?? {};
		if (name === file) return sum?.toLowerCase();
	}
	return undefined;
}

/**
 * Throws `UserError`, with both sums, when the file is not the one that the release's list speaks of.
 *
 * This finds files that were damaged, cut short or mixed up on their way. It is no proof of who made them: the list comes from
 * the same place as the file, so whoever holds that place can change both, and is trusted as far as https tells who it is.
 */
export function checkSum(bytes: Uint8Array, expected: string, url: string): void {
	const found = new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
	if (found === expected) return;
	throw new UserError(
		`${url} is not the file that the release's SHA256SUMS speaks of\n  expected: ${expected}\n  found:    ${found}`,
		{ hint: "Nothing has been changed. Try again; if it stays like this, please report it." },
	);
}
