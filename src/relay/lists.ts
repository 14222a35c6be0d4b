/** Makes one list of the lists of many groups. Pure. */
import { isObject } from "../base/objects.ts";
import type { Group } from "./group.ts";

/** What a group has of something, as its server lists it. */
export interface GroupList {
	readonly group: Group;
	readonly items: readonly unknown[];
}

/** The items of all groups, in config order. Of several with the same `key` the first counts: the others cannot be had. */
export function mergeByKey(lists: readonly GroupList[], key: string): unknown[] {
	const merged = new Map<string, unknown>();
	for (const item of lists.flatMap(({ items }) => items)) {
		const own = isObject(item) ? item[key] : undefined;
		if (typeof own === "string" && !merged.has(own)) merged.set(own, item);
	}
	return [...merged.values()];
}

export interface NamedPrompt {
	readonly group: Group;
	/** As the server calls it. */
	readonly name: string;
	/** As it is listed. */
	readonly item: Record<string, unknown>;
}

/**
 * The prompts of all groups, by the name they are listed under: their own, or `<group>_<name>` where an earlier group has
 * a prompt of that name. What a group's prompts are called depends on the groups before it, and not on those behind it.
 */
export function mergePrompts(lists: readonly GroupList[]): Map<string, NamedPrompt> {
	const prompts = new Map<string, NamedPrompt>();
	for (const { group, items } of lists) {
		for (const item of items) {
			const name = isObject(item) ? item["name"] : undefined;
			if (!isObject(item) || typeof name !== "string") continue;
			const listed = freeName(prompts, group.name, name);
			prompts.set(listed, { group, name, item: listed === name ? item : { ...item, name: listed } });
		}
	}
	return prompts;
}

function freeName(taken: ReadonlyMap<string, NamedPrompt>, group: string, name: string): string {
	if (!taken.has(name)) return name;
	const prefixed = `${group}_${name}`;
	let listed = prefixed;
	for (let count = 2; taken.has(listed); count++) listed = `${prefixed}_${count}`;
	return listed;
}

/** So many items make a page: enough for nearly all, and small enough to be read at once. */
const pageItems = 500;

export interface Page {
	readonly items: readonly unknown[];
	readonly nextCursor: string | undefined;
}

/** The page that begins at the cursor, the first one without; undefined when the cursor is none of ours. */
export function pageOf(items: readonly unknown[], cursor: string | undefined): Page | undefined {
	const from = cursor === undefined ? 0 : readCursor(cursor);
	if (from === undefined) return undefined;
	const to = from + pageItems;
	return { items: items.slice(from, to), nextCursor: to < items.length ? printCursor(to) : undefined };
}

function printCursor(from: number): string {
	return Buffer.from(`from ${from}`).toString("base64url");
}

function readCursor(cursor: string): number | undefined {
	const [, from] = /^from (\d{1,9})$/.exec(Buffer.from(cursor, "base64url").toString()) ?? [];
	return from === undefined ? undefined : Number(from);
}
