/**
 * Edits YAML: one entry of a map, or of a list of entries with names, at the top of the document is set or taken out; every other
 * byte stays. It understands how people and programs write such files, not all of YAML: the caller checks what came out. Pure.
 */
import { appendBlock, type Entry, lineEndOf, splice, type Spot, takeBlock } from "./layout.ts";
import { flowEntriesOf, withoutFlowEntry } from "./yaml-flow.ts";
import { nameOf, sectionOf } from "./yaml-scan.ts";
import { renderFlow, renderItem, renderKey, renderMember } from "./yaml-value.ts";

/** Undefined where it is written in a way that is not understood. `isList` says what to make when there is nothing yet. */
export function setInYaml(text: string, { keys, name }: Spot, entry: Entry, isList: boolean): string | undefined {
	const [key, ...deeper] = keys;
	if (key === undefined || deeper.length > 0) return undefined;
	const lineEnd = lineEndOf(text);
	const render = (indent: string, list: boolean) =>
		(list ? renderItem({ name, ...entry }) : renderMember(name, entry)).map((line) => indent + line).join(lineEnd);
	const section = sectionOf(text, key);
	if (section === undefined) return appendBlock(text, `${renderKey(key)}:${lineEnd}${render("  ", isList)}`, lineEnd);
	const { flow, items, keyEnd, lastEnd } = section;
	if (flow !== undefined) {
		const isEmpty = /^(?:\{\s*\}|\[\s*\])$/.test(flow.text);
		if (isEmpty) return splice(text, keyEnd, flow.end, lineEnd + render("  ", isList));
		const rendered = isList ? renderFlow({ name, ...entry }) : `${renderKey(name)}: ${renderFlow(entry)}`;
		const old = flowEntriesOf(text, flow).find((each) => each.name === name);
		return old === undefined ? appendToFlow(text, flow, rendered) : splice(text, old.start, old.end, rendered);
	}
	const [first] = items;
	if (first === undefined) return splice(text, lastEnd, lastEnd, lineEnd + render("  ", isList));
	const block = render(first.indent, first.isList);
	const old = items.find((item) => nameOf(item) === name);
	return old === undefined ? splice(text, lastEnd, lastEnd, lineEnd + block) : splice(text, old.start, old.end, block);
}

/** Undefined where it is written in a way that is not understood. The key goes with its last entry when `kept` is 0. */
export function removeFromYaml(text: string, { keys, name }: Spot, kept: number): string | undefined {
	const [key, ...deeper] = keys;
	const section = key === undefined || deeper.length > 0 ? undefined : sectionOf(text, key);
	if (section?.flow !== undefined) {
		const entries = flowEntriesOf(text, section.flow);
		const entry = entries.find((each) => each.name === name);
		return entry === undefined ? undefined : withoutFlowEntry(text, entries, entry);
	}
	const old = section?.items.find((item) => nameOf(item) === name);
	if (section === undefined || old === undefined) return undefined;
	const { items, keyEnd, start } = section;
	const end = old.end + (/^\r?\n/.exec(text.slice(old.end))?.[0].length ?? 0);
	if (items.length > 1 && old !== items[0]) return splice(text, lineEndBefore(text, old.start), old.end, "");
	if (items.length > 1) return splice(text, old.start, end, "");
	if (kept === 0) return takeBlock(text, start, end);
	const empty = old.isList ? " []" : " {}";
	const isBare = text.slice(keyEnd, old.start).trim() === "";
	if (isBare) return splice(text, keyEnd, old.end, empty);
	return splice(splice(text, lineEndBefore(text, old.start), old.end, ""), keyEnd, keyEnd, empty);
}

/** Before the closing bracket. */
function appendToFlow(
	text: string,
	{ text: value, end }: { text: string; end: number },
	added: string,
): string | undefined {
	const [, inner] = /^[[{]([^]*?)\s*,?\s*[\]}]$/.exec(value) ?? [];
	if (inner === undefined) return undefined;
	const at = end - value.length + 1 + inner.length;
	return splice(text, at, at, `, ${added}`);
}

/** Where the end of the line before the one at `start` begins. */
function lineEndBefore(text: string, start: number): number {
	return text[start - 2] === "\r" ? start - 2 : start - 1;
}
