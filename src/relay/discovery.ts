/** Answers `get_dynamic_tools`: what a group offers, and what fits a query. */
import { UpstreamError } from "../base/errors.ts";
import type { Catalog } from "../catalog/catalogs.ts";
import { renderTools } from "../catalog/render.ts";
import type { Tool } from "../protocol/mcp.ts";
import { callerOf } from "./caller.ts";
import { answerFailure } from "./failure.ts";
import { type Group, usable } from "./group.ts";
import type { Job } from "./jobs.ts";
import type { RelayParts, RelayState } from "./parts.ts";
import type { Session } from "./session.ts";
import { noMatch, noMatchAnywhere, notSearched, printText } from "./texts.ts";

type Searching = RelayParts & Pick<RelayState, "search">;

/** Most tools that a search over all groups shows. */
const searchLimit = 10;

/** Never rejects: whatever happens is told to the client. */
export async function discover(
	parts: Searching,
	session: Session,
	job: Job,
	group: Group,
	query: string | undefined,
): Promise<void> {
	try {
		const { tools } = await readCatalog(parts, session, job, group.name);
		const state = parts.describeState(group.name);
		const options = state === undefined ? {} : { note: `(${state})` };
		if (query === undefined)
			return await session.answer(job, printText(renderTools(group.name, tools, options), false));
		const found = await parts.search([{ group: group.name, tools }], query, tools.length);
		const hits = found.map((hit) => hit.tool);
		const names = tools.map((tool) => tool.name);
		const text = hits.length === 0 ? noMatch(query, group.name, names) : renderTools(group.name, hits, options);
		await session.answer(job, printText(text, false));
	} catch (error) {
		await answerFailure({ parts, session, job }, error);
	}
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
	{ catalogs, search: searchTools }: Searching,
	session: Session,
	job: Job,
	groups: readonly Group[],
	query: string,
): Promise<void> {
	const found = await Promise.all(
		usable(groups, "tools").map(async ({ name, description }) => ({
			name,
			description,
			catalog: await catalogs.known(name),
		})),
	);
	const known = found.flatMap(({ name, description, catalog }) => {
		if (catalog === undefined) return [];
		return [{ group: name, tools: catalog.tools, ...(description === undefined ? {} : { description }) }];
	});
	const hits = new Map<string, Tool[]>();
	for (const { group, tool } of await searchTools(known, query, searchLimit)) {
		hits.set(group, [...(hits.get(group) ?? []), tool]);
	}
	const texts = Array.from(hits, ([group, tools]) => renderTools(group, tools));
	const rest = found.filter(({ catalog }) => catalog === undefined).map(({ name }) => name);
	const text = (texts.length === 0 ? noMatchAnywhere(query) : texts.join("\n\n")) + notSearched(rest);
	await session.answer(job, printText(text, false));
}
