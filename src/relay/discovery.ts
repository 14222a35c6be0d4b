/** Answers `get_dynamic_tools`: what a group offers, and what fits a query. */
import { renderTools } from "../catalog/render.ts";
import { searchTools } from "../catalog/search.ts";
import { answerFailure } from "./failure.ts";
import { type Group, toolGroups } from "./group.ts";
import type { RelayParts } from "./parts.ts";
import type { Job, Session } from "./session.ts";
import { noMatch, noMatchAnywhere, notSearched, printText } from "./texts.ts";

/** Most tools that a search over all groups shows. */
const searchLimit = 10;

/** Never rejects: whatever happens is told to the client. */
export async function discover(
	parts: RelayParts,
	session: Session,
	job: Job,
	group: Group,
	query: string | undefined,
): Promise<void> {
	try {
		const connection = await parts.open(group.name);
		const { tools } = await parts.catalogs.of(group.name, connection);
		if (query === undefined) return await session.answer(job, printText(renderTools(group.name, tools), false));
		const hits = searchTools([{ group: group.name, tools }], query, tools.length).map((hit) => hit.tool);
		const names = tools.map((tool) => tool.name);
		const text = hits.length === 0 ? noMatch(query, group.name, names) : renderTools(group.name, hits);
		await session.answer(job, printText(text, false));
	} catch (error) {
		await answerFailure({ parts, session, job }, error);
	}
}

/** The best tools of all groups whose tools have been read; no group is started for it. */
export function search({ groups, catalogs }: RelayParts, query: string): string {
	const usable = toolGroups(groups).filter((group) => group.unusable === undefined);
	const known = usable.flatMap(({ name, description }) => {
		const tools = catalogs.known(name)?.tools;
		return tools === undefined ? [] : [{ group: name, tools, ...(description === undefined ? {} : { description }) }];
	});
	const hits = searchTools(known, query, searchLimit);
	const found = new Map<string, (typeof hits)[number]["tool"][]>();
	for (const { group, tool } of hits) found.set(group, [...(found.get(group) ?? []), tool]);
	const texts = Array.from(found, ([group, tools]) => renderTools(group, tools));
	const rest = usable.filter(({ name }) => catalogs.known(name) === undefined).map(({ name }) => name);
	return (texts.length === 0 ? noMatchAnywhere(query) : texts.join("\n\n")) + notSearched(rest);
}
