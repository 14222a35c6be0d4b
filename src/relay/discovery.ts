/** Answers `get_dynamic_tools`: which groups there are, what a group offers, and what fits a query. Loaded when it is first asked. */
import { UpstreamError } from "../base/errors.ts";
import { byteLength } from "../base/text.ts";
import type { Catalog } from "../catalog/catalogs.ts";
import { indexOfPlace, type ShownGroup } from "../catalog/layout.ts";
import { listGroup, showHits, showSearch, showTool } from "../catalog/listing.ts";
import { callerOf } from "./caller.ts";
import { answerFailure } from "./failure.ts";
import { listGroups } from "./group-list.ts";
import { type Group, toolGroups, usable } from "./group.ts";
import type { Job } from "./jobs.ts";
import type { RelayParts, RelayState } from "./parts.ts";
import type { Session } from "./session.ts";
import { noMatch, noMatchAnywhere, nothingToSearch, notSearched, printText } from "./texts.ts";

/** Most of an answer that is about groups which could not be searched. */
const notSearchedShare = 0.25;

type Searching = RelayParts & Pick<RelayState, "search">;

/** Never rejects: whatever happens is told to the client. */
export async function discover(
	parts: Searching,
	session: Session,
	job: Job,
	group: Group,
	query: string | undefined,
): Promise<void> {
	const budget = limitOf(group.discoveryBudget);
	try {
		const catalog = await readCatalog(parts, session, job, group.name);
		const described = { ...catalog, description: await parts.catalogs.describeNow(group) };
		const text = await describeCatalog(parts, shownGroup(parts, group, catalog), described, query, budget);
		await session.answer(job, printText(text, false));
	} catch (error) {
		await answerFailure({ parts, session, job, budget }, error);
	}
}

async function describeCatalog(
	{ search: searchTools }: Searching,
	group: ShownGroup,
	{ tools, byName, description }: Catalog & { description: string | undefined },
	query: string | undefined,
	budget: number,
): Promise<string> {
	if (query === undefined) return listGroup(group, budget);
	const index = indexOfPlace(query);
	const exact = byName.get(query);
	if (exact === undefined && index !== undefined && index < tools.length) return listGroup(group, budget, index);
	const searched = { group: group.name, tools, ...(description === undefined ? {} : { description }) };
	const hits = (await searchTools([searched], query, tools.length)).map(({ tool }) => tool);
	if (exact !== undefined) {
		const others = hits.filter((tool) => tool !== exact);
		return showTool(group, exact, others, budget);
	}
	if (hits.length > 0) return showHits(group, hits, budget);
	const names = tools.map((tool) => tool.name);
	return noMatch(query, group.name, names, budget);
}

function shownGroup({ describeState }: RelayParts, { name, format }: Group, { tools }: Catalog): ShownGroup {
	const state = describeState(name);
	return { name, tools, format, note: state === undefined ? undefined : `(${state})` };
}

/** 0 is no limit. */
function limitOf(budget: number): number {
	return budget === 0 ? Number.POSITIVE_INFINITY : budget;
}

/** From the running server; else what was last known, without starting it; else the server is started. */
async function readCatalog(
	{ catalogs, running, open }: RelayParts,
	session: Session,
	job: Job,
	group: string,
): Promise<Catalog> {
	const connection = running(group);
	const known = await catalogs.known(group);
	if (connection === undefined && known !== undefined) return known;
	const opened = connection ?? (await open(group, callerOf(session, job)));
	try {
		return await catalogs.of(group, opened);
	} catch (error) {
		if (known !== undefined) return known;
		if (!(error instanceof UpstreamError)) throw error;
		if (error.phase === "sign-in") return catalogs.of(group, await open(group, callerOf(session, job, error.detail)));
		if (error.phase !== "lost") throw error;
		await opened.link.closed;
		return catalogs.of(group, await open(group, callerOf(session, job)));
	}
}

/** Answers with the best tools of all groups of which something is known; no server is started for it. */
export async function search(
	parts: Searching,
	session: Session,
	job: Job,
	groups: readonly Group[],
	query: string,
): Promise<void> {
	const budget = limitOf(parts.discoveryBudget());
	const place = indexOfPlace(query);
	if (place !== undefined) return overview(parts, session, job, groups, place);
	const found = await Promise.all(
		usable(groups, "tools").map(async (group) => ({
			group,
			description: await parts.catalogs.describeNow(group),
			catalog: await parts.catalogs.known(group.name),
		})),
	);
	const shown = new Map<string, ShownGroup>();
	const known = found.flatMap(({ group, description, catalog }) => {
		if (catalog === undefined) return [];
		const { name, format } = group;
		shown.set(name, { name, format, tools: catalog.tools });
		return [{ group: name, tools: catalog.tools, ...(description === undefined ? {} : { description }) }];
	});
	const total = known.reduce((sum, { tools }) => sum + tools.length, 0);
	const ranked = await parts.search(known, query, total);
	const hits = ranked.flatMap(({ group, tool }) => {
		const own = shown.get(group);
		return own === undefined ? [] : [{ group: own, tool }];
	});
	const unread = found.filter(({ catalog }) => catalog === undefined).map(({ group }) => group.name);
	const rest = notSearched(unread, budget * notSearchedShare);
	const none = known.length === 0 ? nothingToSearch(query) : noMatchAnywhere(query);
	const text = hits.length === 0 ? none : showSearch(hits, query, budget - byteLength(rest));
	await session.answer(job, printText(text + rest, false));
}

/** Answers with the groups there are and how they are, from the one at this index on. */
export async function overview(
	{ catalogs, describeState, discoveryBudget }: RelayParts,
	session: Session,
	job: Job,
	groups: readonly Group[],
	from = 0,
): Promise<void> {
	const listed = await Promise.all(
		toolGroups(groups).map(async (group) => ({
			name: group.name,
			description: await catalogs.describeNow(group),
			state: group.unusable === undefined ? describeState(group.name) : `cannot be used: ${group.unusable}`,
		})),
	);
	await session.answer(job, printText(listGroups(listed, limitOf(discoveryBudget()), from), false));
}
