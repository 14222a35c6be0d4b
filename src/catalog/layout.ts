/** Lays tools out as text, each in as much detail as there is room for. Pure. */
import { byteLength, cutToBytes, shorten } from "../base/text.ts";
import type { Tool } from "../protocol/mcp.ts";
import { jsonWriter } from "./json-writer.ts";
import { chooseLevels } from "./levels.ts";
import { signatureWriter } from "./signature-writer.ts";
import { toolName } from "./signature.ts";
import { cutMark, type ToolWriter } from "./tool-writer.ts";

/** How a group's tools are written. */
export type Format = "signature" | "json";

/** A group, and what a model is told of it. */
export interface ShownGroup {
	readonly name: string;
	/** All it has. */
	readonly tools: readonly Tool[];
	readonly format: Format;
	/** One line about the group as a whole, such as its state; shown under the line that says how to call. */
	readonly note?: string | undefined;
}

export interface Item {
	readonly group: ShownGroup;
	readonly tool: Tool;
	/** There shall be no more of it than its name. */
	readonly isNamed?: boolean;
}

export interface Layout {
	readonly text: string;
	/** So many of the items have lost details, and so many all but their names. */
	readonly shortened: number;
	readonly named: number;
}

/** A note longer than this share of the budget is cut, and the name of a group longer than so many bytes as well. */
const noteShare = 0.125;
const maxGroupBytes = 130;

/** Names longer than the protocol recommends are shortened in lists. In bytes. */
const maxNameBytes = 128;

const namesLabel = "By name only: ";

export function writerOf(format: Format): ToolWriter {
	return format === "json" ? jsonWriter : signatureWriter;
}

/** The lines above a group's tools. */
export function headOf({ name, note }: ShownGroup, budget: number): string {
	const json = JSON.stringify(name);
	const group = byteLength(json) <= maxGroupBytes ? json : JSON.stringify(shorten(name, maxGroupBytes / 6));
	const head = `call_dynamic_tool {"group":${group},"name":${cutMark},"args":{${cutMark}}}`;
	return note === undefined ? head : `${head}\n${cutToBytes(note, Math.floor(budget * noteShare))}`;
}

/** Whether a query with the tool's name finds it: a query is short, and has no blanks at its ends. */
export function isAskable({ name }: Tool): boolean {
	return name !== "" && name === name.trim() && byteLength(toolName(name)) <= maxNameBytes;
}

/** The tool's name in a list of names, with its place in the group when the name is not good to ask for. */
export function nameInList({ group, tool }: Item): string {
	if (isAskable(tool)) return toolName(tool.name);
	return `${toolName(shorten(tool.name, maxNameBytes / 6))} (${placeOf(group, group.tools.indexOf(tool))})`;
}

/** What to ask for to see the tools of a group from this place on: `#1` is the first. Never the name of one of them. */
export function placeOf({ tools }: ShownGroup, index: number): string {
	const names = new Set(tools.map(({ name }) => name));
	let place = `#${index + 1}`;
	while (names.has(place)) place = `#0${place.slice(1)}`;
	return place;
}

/** The index that is meant by a place; undefined for any other query. */
export function indexOfPlace(query: string): number | undefined {
	const [, digits] = /^#(\d{1,15})$/.exec(query) ?? [];
	return digits === undefined ? undefined : Math.max(0, Number(digits) - 1);
}

export interface LayoutOptions {
	/** Of the whole answer, in bytes: what is cut to a share of it. */
	readonly budget: number;
	/** For the text of the layout itself, in bytes. */
	readonly room: number;
	/** Who gets details before others: those that take little, so that many get them, or those that come first. */
	readonly favour: "short" | "first";
	/** `detailsOf`, or what remembers its results. */
	readonly details: (item: Item) => readonly string[];
	/** Indices of items that get as much as they can before all others get anything. */
	readonly ahead?: readonly number[];
}

/** How many of the items, from the first one on, can be laid out with at least their names. */
export function countFitting(items: readonly Item[], { budget, room }: Pick<LayoutOptions, "budget" | "room">): number {
	const groups = new Set<ShownGroup>();
	let size = 0;
	const tooMany = items.findIndex((item) => {
		if (!groups.has(item.group)) size += frameSize(headOf(item.group, budget));
		groups.add(item.group);
		size += byteLength(nameInList(item)) + 2;
		return size > room;
	});
	return tooMany === -1 ? items.length : tooMany;
}

/** Two line breaks before a head, one before the names. */
function frameSize(head: string): number {
	return byteLength(head) + namesLabel.length + 3;
}

/** The items below the heads of their groups, which come in the order of their first items. No more than fit, see above. */
export function layOut(items: readonly Item[], { budget, room, favour, details, ahead = [] }: LayoutOptions): Layout {
	const heads = new Map(items.map(({ group }) => [group, headOf(group, budget)]));
	const frame = heads.values().reduce((sum, head) => sum + frameSize(head), 0);
	const texts = items.map((item): [string, ...string[]] => [nameInList(item), ...details(item)]);
	const sizes = texts.map((own) => own.map((text, level) => byteLength(text) + (level === 0 ? 2 : 1)));
	const fullSize = (index: number) => sizes[index]?.at(-1) ?? 0;
	const order = [...items.keys()];
	const priority = favour === "first" ? order : order.sort((a, b) => fullSize(a) - fullSize(b) || a - b);
	const levels = chooseLevels(sizes, priority, { room: room - frame, ahead });
	const shown = texts.map((own, index) => {
		const level = levels[index] ?? 0;
		return {
			group: items[index]?.group,
			text: own[level] ?? "",
			isNamed: level === 0,
			isFull: own[level] === own.at(-1),
		};
	});
	const sections = Array.from(heads, ([group, head]) => {
		const own = shown.filter((each) => each.group === group);
		const names = own.filter(({ isNamed }) => isNamed).map(({ text }) => text);
		const detailed = own.filter(({ isNamed }) => !isNamed).map(({ text }) => text);
		return [head, ...detailed, ...(names.length === 0 ? [] : [namesLabel + names.join(", ")])].join("\n");
	});
	return {
		text: sections.join("\n\n"),
		shortened: shown.filter(({ isNamed, isFull }) => !isNamed && !isFull).length,
		named: shown.filter(({ isNamed }) => isNamed).length,
	};
}

/**
 * The texts that an item can have beyond its name, from the least to the most. Of a tool that cannot be asked for by its
 * name there is all or nothing.
 */
export function detailsOf({ group, tool, isNamed = false }: Item): string[] {
	if (isNamed) return [];
	const writer = writerOf(group.format);
	const full = writer.full(tool);
	if (!isAskable(tool)) return [full];
	const brief = writer.brief(tool, full);
	return [writer.purpose(tool, brief), brief, full];
}
