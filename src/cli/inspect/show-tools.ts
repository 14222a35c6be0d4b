/** `dynamic-mcp tools`. */
import { nameFilter } from "../../base/globs.ts";
import { firstSentence } from "../../base/text.ts";
import { harvestTools } from "../../catalog/harvest.ts";
import { maxShownHits } from "../../catalog/listing.ts";
import { createSearch } from "../../catalog/search.ts";
import { signature } from "../../catalog/signature.ts";
import type { GroupConfig } from "../../config/load.ts";
import type { Connection } from "../../protocol/connection.ts";
import type { Tool } from "../../protocol/mcp.ts";
import type { ConfigFile } from "../config-file.ts";
import { printError, printJson, printOut } from "../output/print.ts";
import { printable } from "../output/printable.ts";
import { type Surface, surfaceOf } from "../output/surface.ts";
import { typedWord } from "../output/typed-word.ts";
import { indent, wrap, wrapItems } from "../output/wrap.ts";
import { groupFailure } from "./failure.ts";
import { blocksOf, documentOf } from "./listing.ts";
import { exitCodeOf, groupsWith, type Look, lookInto } from "./look-into.ts";
import { withGroups } from "./open-groups.ts";

export interface ShowToolsOptions {
	readonly file: ConfigFile;
	readonly group: string | undefined;
	readonly query: string | undefined;
	readonly isJson: boolean;
}

/** Resolves with the exit code. */
export function showTools({ file, group: name, query, isJson }: ShowToolsOptions): Promise<number> {
	return withGroups(file, async (groups) => {
		const wanted = groupsWith("tools", name, groups.config);
		const looks = await lookInto(groups, wanted, readTools);
		const shown = query === undefined ? looks : await found(looks, query, name === undefined ? maxShownHits : Infinity);
		if (isJson) {
			const failed = query === undefined ? [] : looks.filter(({ kind }) => kind === "failed");
			await printJson(documentOf([...shown, ...failed], (tools) => ({ tools })));
		} else {
			await printTools(shown, name !== undefined);
			if (wanted.length === 0) await printError(`No server with tools is enabled in ${groups.config.path}.`);
			if (query !== undefined) await printError(searchNotes(looks, shown, query, groups.configOption));
		}
		return exitCodeOf(looks);
	});
}

async function printTools(looks: readonly Look<readonly Tool[]>[], isFull: boolean): Promise<void> {
	const surface = surfaceOf("stdout");
	if (looks.length > 0) await printOut(blocksOf(looks, surface, (tools) => toolLines(tools, isFull, surface)));
}

/** What a search has not found, and where it could not look. */
function searchNotes(
	looks: readonly Look<unknown>[],
	shown: readonly Look<unknown>[],
	query: string,
	configOption: string,
): string {
	const failed = looks.filter((look) => look.kind === "failed");
	const [first] = failed;
	const none = shown.length === 0 ? [`No tool fits "${query}".`] : [];
	if (first === undefined) return none.join("");
	if (looks.length === 1) return groupFailure(first.group.name, first.failure);
	const names = failed.map(({ group }) => group.name).join(", ");
	const why = `dynamic-mcp tools ${typedWord(first.group.name)}${configOption}`;
	return [...none, `Not searched, because it failed: ${names}. Why: ${why}`].join("\n");
}

/** Those that the config wants. */
async function readTools(connection: Connection, { name, server }: GroupConfig): Promise<readonly Tool[]> {
	const all = await harvestTools(connection, { group: name, timeoutMs: server.timeoutMs.tools });
	const isWanted = nameFilter(server.tools ?? {});
	return all.filter((tool) => isWanted(tool.name));
}

/** The tools that fit, the best group first. */
async function found(
	looks: readonly Look<readonly Tool[]>[],
	query: string,
	limit: number,
): Promise<Look<readonly Tool[]>[]> {
	const seen = looks.filter((look) => look.kind === "seen");
	const searched = seen.map(({ group: { name, server }, value: tools }) => {
		return { group: name, tools, ...(server.description === undefined ? {} : { description: server.description }) };
	});
	const hits = Map.groupBy(await createSearch()(searched, query, limit), ({ group }) => group);
	const fitting = Array.from(hits, ([name, own]) => ({ own, look: seen.find(({ group }) => group.name === name) }));
	return fitting.flatMap(({ own, look }) =>
		look === undefined ? [] : [{ ...look, value: own.map(({ tool }) => tool) }],
	);
}

function toolLines(tools: readonly Tool[], isFull: boolean, surface: Surface): string[] {
	if (tools.length === 0) return ["  It has no tools."];
	return tools.flatMap((tool, index) => {
		const lines = isFull ? fullLines(tool, surface) : shortLines(tool, surface);
		return isFull && index > 0 ? ["", ...lines] : lines;
	});
}

function shortLines(tool: Tool, surface: Surface): string[] {
	const { line, description } = signature(tool);
	const text = firstSentence(printable(description[0] ?? ""));
	return [...signatureLines(line, surface), ...noteLines(text === "" ? [] : [text], surface)];
}

function fullLines(tool: Tool, surface: Surface): string[] {
	const { line, description, notes } = signature(tool);
	return [...signatureLines(line, surface), ...noteLines([...description, ...notes].map(printable), surface)];
}

/** What is too long for one line goes on below, further to the right. */
function signatureLines(signature: string, { width, colours }: Surface): string[] {
	const [first = "", ...more] = wrap(printable(signature), width - 6);
	const [, name = first, rest = ""] = /^([^(]*)(.*)$/s.exec(first) ?? [];
	return [`  ${colours.cyan(name)}${rest}`, ...indent(more, 6)];
}

function noteLines(notes: readonly string[], { width, colours }: Surface): string[] {
	const lines = wrapItems(notes, width - 4);
	return indent(
		lines.map((line) => colours.dim(line)),
		4,
	);
}
