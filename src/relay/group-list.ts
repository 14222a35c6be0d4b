/** Writes which groups there are, in at most so many bytes. Pure. */
import { byteLength, cutToBytes, oneLine, shorten } from "../base/text.ts";
import { joinDescription } from "./menu.ts";
import { getTools } from "./meta-tools.ts";

export interface ListedGroup {
	readonly name: string;
	readonly description: string | undefined;
	/** What there is to say of its server; undefined when all is well. */
	readonly state: string | undefined;
}

const caps = [Number.POSITIVE_INFINITY, 400, 240, 160, 120, 80, 60, 40, 24];

/**
 * One line for each group, in the order given. Where that is too long, all descriptions and states are cut to the same
 * length; then there are only names; and of those that do not fit either, how many there are and how to get them.
 */
export function listGroups(groups: readonly ListedGroup[], budget: number, from = 0): string {
	if (groups.length === 0) return "No group with tools is configured.";
	const shown = groups.slice(from);
	if (shown.length === 0) return `There are only ${groups.length} groups.`;
	for (const cap of caps) {
		const cut = cap === Number.POSITIVE_INFINITY ? "" : ` ${query} also finds what was cut (…).`;
		const text = `${shown.map((group) => lineOf(group, cap)).join("\n")}\n\n${way}${cut}`;
		if (byteLength(text) <= budget) return text;
	}
	return cutToBytes(printNames(shown, budget, from), budget);
}

const way = `${getTools} {group} shows a group's tools.`;
const query = `${getTools} {query}`;

function lineOf({ name, description, state }: ListedGroup, cap: number): string {
	const line = `- ${joinDescription(name, description, cap)}`;
	return state === undefined ? line : `${line} (${shorten(state, cap)})`;
}

function printNames(groups: readonly ListedGroup[], budget: number, from: number): string {
	const names = groups.map(({ name }) => oneLine(name));
	const rest = (count: number) => {
		if (count === 0) return "";
		return ` ${count} more groups: ${getTools} {query: "#${from + names.length - count + 1}"} goes on.`;
	};
	const room = budget - byteLength(`\n\n${way}${rest(names.length)}`) - 5;
	let size = 0;
	const tooMany = names.findIndex((name) => (size += byteLength(name) + 2) > room);
	// A name that does not fit by itself would otherwise never let those behind it have their turn.
	const fitting = tooMany === -1 ? names.length : Math.max(1, tooMany);
	const list = names.slice(0, fitting).join(", ");
	return `${cutToBytes(list, Math.max(room, 3))}\n\n${way}${rest(names.length - fitting)}`;
}
