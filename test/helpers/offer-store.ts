/** Stores for offers that last no longer than a test. */
import type { OfferStore } from "../../src/catalog/catalogs.ts";
import { summarize } from "../../src/catalog/descriptions.ts";
import type { Offer } from "../../src/catalog/offer.ts";

/** Keeps nothing. */
export const forgetful: OfferStore = {
	has: () => Promise.resolve(false),
	read: () => Promise.resolve(undefined),
	readSummary: () => Promise.resolve(undefined),
	write: () => Promise.resolve(),
};

/** Keeps offers in memory, where a test sees them. */
export function createMemoryStore(kept = new Map<string, Offer>()): OfferStore & { readonly kept: Map<string, Offer> } {
	return {
		kept,
		has: (fingerprint) => Promise.resolve(kept.has(fingerprint)),
		read: (fingerprint) => Promise.resolve(kept.get(fingerprint)),
		readSummary(fingerprint) {
			const offer = kept.get(fingerprint);
			return Promise.resolve(offer && summarize(offer));
		},
		write: (fingerprint, offer) => Promise.resolve(void kept.set(fingerprint, offer)),
	};
}
