/**
 * Answers in tools: all of a group, one of them, or those that fit a query, in at most so many bytes. Whatever is left out
 * is counted, and the way to it is named. Pure.
 */
import { byteLength, cutToBytes } from "../base/text.ts";
import type { Tool } from "../protocol/mcp.ts";
import {
	countFitting,
	detailsOf,
	headOf,
	isAskable,
	type Item,
	layOut,
	type LayoutOptions,
	nameInList,
	placeOf,
	type ShownGroup,
	writerOf,
} from "./layout.ts";
import { cutMark } from "./tool-writer.ts";

export interface ShownHit {
	readonly group: ShownGroup;
	readonly tool: Tool;
}

/** Most tools that a query shows with more than their names: the best are among the first, and all others cost tokens. */
export const maxShownHits = 6;

/** Most bytes of names of what was found besides, and of the sentence around them. */
const maxNamesBytes = 200;
const maxRestBytes = maxNamesBytes + 120;

/** All tools of a group; or, for a place that was asked for, those from this index on. */
export function listGroup(group: ShownGroup, budget: number, from?: number): string {
	const listed = group.tools.slice(from ?? 0);
	const [first] = listed;
	if (first === undefined) return within(budget, [headOf(group, budget), "(no tools)"]);
	const rest = (count: number) => {
		const place = placeOf(group, group.tools.length - count);
		return `${count} more ${tools(count)}: get_dynamic_tools {group, query: ${JSON.stringify(place)}} goes on.`;
	};
	if (from !== undefined && !isAskable(first)) {
		return showOne(group, first, listed.length === 1 ? [] : [rest(listed.length - 1)], budget);
	}
	const items = listed.map((tool): Item => ({ group, tool }));
	return showItems(items, { budget, total: items.length, favour: "short", rest });
}

/** The tool that was asked for by its name, in full if the budget allows it, and names of others that fit the query. */
export function showTool(group: ShownGroup, tool: Tool, others: readonly Tool[], budget: number): string {
	const names: string[] = [];
	for (const name of others.map((other) => nameInList({ group, tool: other }))) {
		if (byteLength([...names, name].join(", ")) > maxNamesBytes) break;
		names.push(name);
	}
	if (names.length < others.length) names.push(cutMark);
	const besides = `${others.length} more fit the query: ${names.join(", ")}; get_dynamic_tools {group} lists all.`;
	return showOne(group, tool, others.length === 0 ? [] : [besides], budget);
}

/** Those of one group that fit a query, best first. */
export function showHits(group: ShownGroup, hits: readonly Tool[], budget: number): string {
	const items = hits.map((tool, index): Item => ({ group, tool, isNamed: index >= maxShownHits }));
	const rest = (count: number) =>
		`${count} more ${tools(count)} fit: get_dynamic_tools {group} lists all of the group.`;
	return showItems(items, { budget, total: items.length, favour: "first", rest });
}

/** Those of all groups that fit a query, best first. */
export function showSearch(hits: readonly ShownHit[], query: string, budget: number): string {
	const items = hits.slice(0, maxShownHits);
	const ahead = items.flatMap(({ tool }, index) => (tool.name === query ? [index] : []));
	const rest = (count: number) => {
		const counts = new Map<string, number>();
		for (const { group } of hits.slice(hits.length - count)) counts.set(group.name, (counts.get(group.name) ?? 0) + 1);
		const texts = Array.from(counts, ([name, found]) => `${name} ${found}`);
		const where = cutToBytes(texts.join(", "), maxNamesBytes);
		return `${count} more ${tools(count)} fit (${where}): get_dynamic_tools {group, query} shows those of one group.`;
	};
	return showItems(items, { budget, total: hits.length, favour: "first", ahead, rest });
}

interface ItemsOptions extends Pick<LayoutOptions, "budget" | "favour" | "ahead"> {
	/** The items, and those behind them that are not to be shown. */
	readonly total: number;
	/** What is said about the last so many, which are not shown; `maxRestBytes` is the most it takes. */
	readonly rest: (count: number) => string;
}

function showItems(items: readonly Item[], { budget, total, rest, ...how }: ItemsOptions): string {
	const hidden = total > items.length ? [rest(total - items.length)] : [];
	const [first] = items;
	if (first === undefined) return "";
	if (items.length === 1) return showOne(first.group, first.tool, hidden, budget);
	const known = new Map<Item, readonly string[]>();
	const details = (item: Item) => {
		const texts = known.get(item) ?? detailsOf(item);
		known.set(item, texts);
		return texts;
	};
	const generous = budget - byteLength(hidden.join("\n")) - 2;
	if (countFitting(items, { budget, room: generous }) === items.length) {
		const layout = layOut(items, { ...how, details, budget, room: generous });
		if (layout.shortened + layout.named === 0) return within(budget, withFooter(layout.text, hidden));
	}
	const room = budget - byteLength(detailsFooter(items.length, items.length)) - maxRestBytes - 3;
	const fitting = countFitting(items, { budget, room });
	if (fitting === 0) return showOne(first.group, first.tool, total === 1 ? [] : [rest(total - 1)], budget);
	const { text, shortened, named } = layOut(items.slice(0, fitting), { ...how, details, budget, room });
	const lost = shortened + named === 0 ? [] : [detailsFooter(shortened, named)];
	return within(budget, withFooter(text, [...lost, ...(fitting === total ? [] : [rest(total - fitting)])]));
}

function withFooter(text: string, footer: readonly string[]): string[] {
	return footer.length === 0 ? [text] : [text, "", ...footer];
}

/** One tool in as much detail as the budget allows. */
function showOne(group: ShownGroup, tool: Tool, besides: readonly string[], budget: number): string {
	const writer = writerOf(group.format);
	const head = headOf(group, budget);
	const lines = (text: string, footer: readonly string[]) => withFooter(`${head}\n${text}`, footer);
	const full = writer.full(tool);
	const whole = lines(full, besides).join("\n");
	if (byteLength(whole) <= budget) return whole;
	const size = byteLength(full);
	const reason = `Shortened (${cutMark}): in full it takes ${size} bytes, more than discoveryBudget in the user's config allows.`;
	const footer = [reason, ...besides];
	return within(budget, lines(writer.squeezed(tool, budget - byteLength(lines("", footer).join("\n"))), footer));
}

/** At least one of the counts is not 0. */
function detailsFooter(shortened: number, named: number): string {
	const parts = [
		...(shortened === 0 ? [] : [`details of ${shortened} ${tools(shortened)} (${cutMark})`]),
		...(named === 0 ? [] : [`all but the names of ${named}`]),
	];
	return `Left out: ${parts.join(", ")}. get_dynamic_tools {group, query: "<tool name>"} shows one in full.`;
}

const tools = (count: number) => (count === 1 ? "tool" : "tools");

/** Everything above sees to it; a name of any length still must not make an answer longer. */
function within(budget: number, lines: readonly string[]): string {
	return cutToBytes(lines.join("\n"), budget);
}
