/** The groups as the model reads them in a tool's description, within a byte budget. Pure. */
import { byteLength, oneLine, shorten } from "../base/text.ts";
import type { Group } from "./group.ts";

/** Claude Code cuts a tool's description and a server's instructions at 2 KB: what is longer is lost unseen. */
export const maxTextBytes = 2000;

const descriptionCaps = [400, 240, 160, 120, 80, 60, 40, 24];

/**
 * `name: description` for each group, in the given order. When that is more than `budget` bytes,
 * descriptions are shortened; then only names are listed; then as many names as fit, and how many more there are.
 */
export function printMenu(groups: readonly Group[], budget: number): string {
	const full = printDescribed(groups, Number.POSITIVE_INFINITY);
	if (byteLength(full) <= budget) return full;
	for (const cap of descriptionCaps) {
		const menu = printDescribed(groups, cap);
		if (byteLength(menu) <= budget) return menu;
	}
	return printNames(groups, budget);
}

/** On one line: in JSON a line break and a dash cost a token more for each group. */
function printDescribed(groups: readonly Group[], cap: number): string {
	return groups.map(({ name, description }) => joinDescription(name, description, cap)).join(" | ");
}

/** `name: description` with the description on one line and of at most `cap` characters. */
export function joinDescription(name: string, description: string | undefined, cap: number): string {
	const text = oneLine(description ?? "");
	return text === "" ? oneLine(name) : `${oneLine(name)}: ${shorten(text, cap)}`;
}

/** All names on one line, or as many as fit within `budget` bytes and how many more there are. */
export function printNames(groups: readonly Group[], budget: number): string {
	const names = groups.map(({ name }) => oneLine(name));
	const all = names.join(", ");
	if (byteLength(all) <= budget) return all;
	const more = (count: number) => ` … and ${count} more; call without a group to list them all`;
	let shown = "";
	let count = 0;
	for (const name of names) {
		const longer = count === 0 ? name : `${shown}, ${name}`;
		if (byteLength(longer + more(names.length)) > budget) break;
		shown = longer;
		count++;
	}
	return shown + more(names.length - count);
}
