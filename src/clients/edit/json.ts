/** Edits JSON with comments: one entry is set or taken out, every other byte stays. Pure. */
import { type Member, memberOf, type Members, membersOf, treeOf } from "./json-tree.ts";
import { type JsonLayout, renderJson } from "./json-value.ts";
import { type Entry, indentOf, lineEndOf, lineIndent, nested, splice, type Spot } from "./layout.ts";

/** Of a text that is JSON whose outermost value is an object, or that has no value at all. */
export function setInJson(text: string, spot: Spot, entry: Entry): string {
	const layout = layoutOf(text);
	let object = treeOf(text);
	const path = [...spot.keys, spot.name];
	if (object === undefined) {
		return (
			text + renderJson(nested(path, entry), "", { ...layout, colon: ": ", unit: layout.unit ?? "  " }) + layout.lineEnd
		);
	}
	for (const [depth, key] of path.entries()) {
		const members = membersOf(text, object);
		const member = memberOf(members, key);
		if (member === undefined) return insert(text, members, key, nested(path.slice(depth + 1), entry), layout);
		object = member.value;
	}
	const value = renderJson(entry, lineIndent(text, object.offset), isOnOneLine(text, object) ? inline(layout) : layout);
	return splice(text, object.offset, object.offset + object.length, value);
}

/** Of the keys on the way those that hold nothing else go, too, but for the first `kept` of them. */
export function removeFromJson(text: string, { keys, name }: Spot, kept: number): string {
	const path = [...keys, name];
	const root = treeOf(text);
	if (root === undefined) return text;
	let object = root;
	const trail: { members: Members; member: Member }[] = [];
	for (const key of path) {
		const members = membersOf(text, object);
		const member = memberOf(members, key);
		if (member === undefined) return text;
		trail.push({ members, member });
		object = member.value;
	}
	while (trail.length - 1 > kept && trail.at(-1)?.members.list.length === 1) trail.pop();
	const found = trail.at(-1);
	return found === undefined ? text : remove(text, found.members, found.member);
}

/** After all that is there, comments too: a comment at the end of a line is about what is on that line. */
function insert(
	text: string,
	{ list, open, close, last }: Members,
	key: string,
	value: unknown,
	layout: JsonLayout,
): string {
	const previous = list.at(-1);
	const gap = text.slice(last, close);
	const isInline = layout.unit === undefined || (previous !== undefined && !text.slice(open, close).includes("\n"));
	const own = lineIndent(text, open);
	const indent = previous === undefined ? own + (layout.unit ?? "") : lineIndent(text, previous.start);
	const rendered =
		JSON.stringify(key) + layout.colon + renderJson(value, isInline ? own : indent, isInline ? inline(layout) : layout);
	const comma = previous?.comma === undefined ? "" : ",";
	const lead = isInline ? (layout.colon === ":" ? "" : " ") : layout.lineEnd + indent;
	// In empty braces nothing is worth keeping; a comment in them is, and the line end after it.
	const isEmpty = previous === undefined && last === open + 1;
	const needsEnd = previous === undefined && (isEmpty || !gap.includes("\n"));
	const end = !needsEnd ? "" : isInline ? lead : layout.lineEnd + own;
	const inserted = splice(text, last, isEmpty ? close : last, lead + rendered + comma + end);
	return previous === undefined || comma !== "" ? inserted : splice(inserted, previous.end, previous.end, ",");
}

/** With the comment behind it on its line, which is about it. */
function remove(text: string, { list, open, close }: Members, member: Member): string {
	const previous = list[list.indexOf(member) - 1];
	const isLast = list.at(-1) === member;
	const afterComma = (member.comma ?? member.end - 1) + 1;
	const end =
		afterComma +
		(/^[ \t]*(?:\/\/[^\n]*?|\/\*[^\n]*?\*\/[ \t]*)(?=\r?\n)/.exec(text.slice(afterComma))?.[0].length ?? 0);
	const isAlone = list.length === 1 && `${text.slice(open + 1, member.start)}${text.slice(end, close)}`.trim() === "";
	if (isAlone) return splice(text, open + 1, close, "");
	const start = isBehindLineComment(text, member, end) ? member.start : member.gapStart;
	const without = splice(text, start, end, "");
	const needless = isLast && member.comma === undefined ? previous?.comma : undefined;
	return needless === undefined ? without : splice(without, needless, needless + 1, "");
}

/** What would then stand on the line of a `//` comment must not become part of it. */
function isBehindLineComment(text: string, { gapStart, start }: Member, end: number): boolean {
	const line = text.slice(text.lastIndexOf("\n", gapStart - 1) + 1, gapStart);
	return (
		text.slice(gapStart, start).includes("\n") && line.includes("//") && !/^[ \t]*(?:\r?\n|$)/.test(text.slice(end))
	);
}

function isOnOneLine(text: string, { offset, length }: { offset: number; length: number }): boolean {
	const value = text.slice(offset, offset + length);
	return value !== "{}" && !value.includes("\n");
}

function layoutOf(text: string): JsonLayout {
	const isOneLine = text.trim() !== "" && text.trim() !== "{}" && !text.trim().includes("\n");
	const colon = isOneLine && !/":\s/.test(text) && /":/.test(text) ? ":" : ": ";
	return { unit: isOneLine ? undefined : indentOf(text), lineEnd: lineEndOf(text), colon };
}

function inline(layout: JsonLayout): JsonLayout {
	return { ...layout, unit: undefined };
}
