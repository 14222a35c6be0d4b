/** What the groups are known to offer, and what can be found out. */
import type { Offer } from "../catalog/offer.ts";
import type { FeatureRequest } from "./feature-request.ts";
import type { GroupOffer } from "./find-resource.ts";
import { type Feature, usable } from "./group.ts";
import type { RelayState } from "./parts.ts";

/** What is known of the groups; those of which nothing ever was are started to find out, when `isComplete`. */
export async function offersOf(
	{ state, groups }: FeatureRequest,
	feature: Feature,
	isComplete: boolean,
): Promise<GroupOffer[]> {
	const found = await Promise.all(
		usable(groups, feature).map(async (group) => ({ group, offer: await offerOf(state, group.name, isComplete) })),
	);
	return found.flatMap(({ group, offer }) => (offer === undefined ? [] : [{ group, offer }]));
}

async function offerOf({ catalogs, open }: RelayState, group: string, isComplete: boolean): Promise<Offer | undefined> {
	const known = await catalogs.knownOffer(group);
	if (known !== undefined || !isComplete) return known;
	try {
		await catalogs.kept(group, await open(group));
	} catch {
		// It cannot be this one, then, as far as anybody can tell.
	}
	return catalogs.knownOffer(group);
}

type Look<T> = (offers: readonly GroupOffer[]) => T | undefined;

/** The first answer that is one: from what is known, then from what can be found out, then by a guess from all of that. */
export async function find<T>(
	asked: FeatureRequest,
	feature: Feature,
	look: Look<T>,
	guess: Look<T> = () => undefined,
): Promise<T | undefined> {
	const found = look(await offersOf(asked, feature, false));
	if (found !== undefined) return found;
	const all = await offersOf(asked, feature, true);
	return look(all) ?? guess(all);
}
