/** Tells of which group a resource is. Pure. */
import { isObject } from "../base/objects.ts";
import type { Offer } from "../catalog/offer.ts";
import type { Group } from "./group.ts";
import { fitsTemplate } from "./uri-template.ts";

export interface GroupOffer {
	readonly group: Group;
	readonly offer: Offer;
}

/** The first group, in the given order, that lists the resource; else the first of whose templates one fits. */
export function findResource(uri: string, offers: readonly GroupOffer[]): Group | undefined {
	const listing = offers.find(({ offer }) => textsOf(offer.resources, "uri").includes(uri));
	return (listing ?? offers.find(({ offer }) => templatesOf(offer).some((each) => fitsTemplate(each, uri))))?.group;
}

/** The first group that has this very template, or a resource of this URI: what a completion can refer to. */
export function findTemplate(uri: string, offers: readonly GroupOffer[]): Group | undefined {
	const exact = offers.find(({ offer }) => templatesOf(offer).includes(uri));
	return exact?.group ?? findResource(uri, offers);
}

/**
 * Whose the resource may be although nobody lists it, as servers have more than they list: of the group that lists the
 * most similar URI of the same scheme and authority, else of the only one that has resources. Only to be asked when the
 * offers of all groups are known.
 */
export function guessResource(uri: string, offers: readonly GroupOffer[]): Group | undefined {
	const able = offers.filter(({ offer }) => offer.capabilities["resources"] !== undefined);
	return (mostSimilar(uri, offers) ?? (able.length === 1 ? able[0] : undefined))?.group;
}

function mostSimilar(uri: string, offers: readonly GroupOffer[]): GroupOffer | undefined {
	const origin = originOf(uri);
	let best: GroupOffer | undefined;
	let longest = -1;
	if (origin === undefined) return undefined;
	for (const each of offers) {
		const known = [...textsOf(each.offer.resources, "uri"), ...templatesOf(each.offer)];
		const akin = known.filter((other) => originOf(other) === origin);
		const common = Math.max(-1, ...akin.map((other) => commonLength(uri, other)));
		if (common <= longest) continue;
		longest = common;
		best = each;
	}
	return best;
}

/** Scheme and authority. */
function originOf(uri: string): string | undefined {
	return /^[A-Za-z][\w+.-]*:(?:\/\/[^/?#]*)?/.exec(uri)?.[0];
}

function commonLength(a: string, b: string): number {
	let length = 0;
	while (length < a.length && a[length] === b[length]) length++;
	return length;
}

function templatesOf({ resourceTemplates }: Offer): string[] {
	return textsOf(resourceTemplates, "uriTemplate");
}

function textsOf(items: readonly unknown[] | undefined, key: string): string[] {
	return (items ?? []).flatMap((item) => (isObject(item) && typeof item[key] === "string" ? [item[key]] : []));
}
