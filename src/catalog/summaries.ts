/**
 * Reads what `store.ts` keeps beside its entries: of each offer a summary, which a start needs for groups without a
 * description. Apart from the store, and one small file each, so that a start takes no longer for it than it must.
 */
import { parseSummary, type Summary } from "./descriptions.ts";

/** Instead of the `.json` of the entry. */
export const summaryEnd = ".summary.json";

export function catalogFolder(directory: string): string {
	return `${directory}/catalogs`;
}

/** What was last written under the fingerprint, in short. Undefined when it cannot be had or used; never rejects. */
export async function readSummary(directory: string, fingerprint: string): Promise<Summary | undefined> {
	try {
		return parseSummary(await Bun.file(`${catalogFolder(directory)}/${fingerprint}${summaryEnd}`).text());
	} catch {
		// Nobody is told: there is a new one as soon as the server has told what it offers.
		return undefined;
	}
}
