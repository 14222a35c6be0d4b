/**
 * Reads what `store.ts` keeps beside its entries: of each offer a summary, which a start needs for groups without a
 * description. Apart from the store, and one small file each, so that a start takes no longer for it than it must.
 */
import { parseSummary, type Summary } from "./descriptions.ts";
import { entryPath } from "./entry-files.ts";

/** What was last written under the fingerprint, in short. Undefined when it cannot be had or used; never rejects. */
export async function readSummary(directory: string, fingerprint: string): Promise<Summary | undefined> {
	try {
		return parseSummary(await Bun.file(entryPath(directory, fingerprint, "summary")).text());
	} catch {
		// Nobody is told: there is a new one as soon as the server has told what it offers.
		return undefined;
	}
}
