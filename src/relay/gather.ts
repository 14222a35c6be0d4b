/** Answers with one list of the lists of many groups. */
import { callerOf } from "./caller.ts";
import type { GatheredList } from "./decision.ts";
import { type FeatureRequest, refuse } from "./feature-request.ts";
import { type Group, usable } from "./group.ts";
import { type GroupList, mergeByKey, mergePrompts, pageOf } from "./lists.ts";

/** Never waits for a server to start, unless the client wants one group, of which nothing is known. */
export async function gather(
	asked: FeatureRequest,
	list: GatheredList,
	cursor: string | undefined,
	only: Group | undefined,
): Promise<void> {
	const { state, groups } = asked;
	state.onListed();
	const from = only === undefined ? usable(groups, featureOf[list]) : [only];
	const lists = await Promise.all(
		from.map(async (group) => ({ group, items: await itemsOf(asked, group, list, only !== undefined) })),
	);
	return answerPage(asked, list, merge(lists, list), cursor);
}

/** With the part of the list that the cursor stands for, under the name the protocol has for it. */
export function answerPage(
	asked: FeatureRequest,
	name: GatheredList | "tasks",
	items: readonly unknown[],
	cursor: string | undefined,
): void | Promise<void> {
	const page = pageOf(items, cursor);
	if (page === undefined) return refuse(asked, "the cursor is none of ours; list again without one");
	return asked.session.answer(asked.job, JSON.stringify({ [name]: page.items, nextCursor: page.nextCursor }));
}

const featureOf = { prompts: "prompts", resources: "resources", resourceTemplates: "resources" } as const;

function merge(lists: readonly GroupList[], list: GatheredList): unknown[] {
	if (list === "prompts") return Array.from(mergePrompts(lists).values(), ({ item }) => item);
	return mergeByKey(lists, list === "resources" ? "uri" : "uriTemplate");
}

/** So long a list that is known already may take to be had anew. */
const freshMs = 3_000;

/** As the running server tells it now; else what was last known, without starting it, unless the client wants this very group. */
async function itemsOf(
	{ state: { catalogs, running, open }, session, job }: FeatureRequest,
	{ name, timeoutMs }: Group,
	list: GatheredList,
	isWanted: boolean,
): Promise<readonly unknown[]> {
	const known = await catalogs.knownOffer(name);
	const connection =
		running(name) ?? (isWanted && known === undefined ? await open(name, callerOf(session, job)) : undefined);
	if (connection === undefined) return known?.[list] ?? [];
	const limitMs = timeoutMs[featureOf[list]];
	try {
		return await catalogs.list(name, connection, list, known === undefined ? limitMs : Math.min(limitMs, freshMs));
	} catch (error) {
		if (isWanted) throw error;
		// The others are listed all the same.
		return known?.[list] ?? [];
	}
}
