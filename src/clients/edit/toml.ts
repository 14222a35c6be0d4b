/** Edits TOML: one entry is set or taken out, every other byte stays. Pure. */
import { appendBlock, type Entry, lineEndOf, splice, type Spot, takeBlock } from "./layout.ts";
import { type InlineMember, inlineMembersOf, skipGap, type Span, statementsOf } from "./toml-scan.ts";

/** As a table of its own at the end, in place of the one that is there, or within the inline table that holds the others. */
export function setInToml(text: string, { keys, name }: Spot, entry: Entry): string {
	const lineEnd = lineEndOf(text);
	const path = [...keys, name];
	const holder = inlineHolder(text, path);
	if (holder !== undefined) return setInline(text, holder, entry);
	const old = blocksOf(text, path);
	const block = renderTable(path, entry, lineEnd);
	const [first] = old;
	if (first === undefined || !first.isTable) return appendBlock(removeBlocks(text, old), block, lineEnd);
	const rest = removeBlocks(text, old.slice(1));
	return splice(
		rest,
		first.start,
		first.end,
		text.slice(first.start, first.end).endsWith("\n") ? block + lineEnd : block,
	);
}

export function removeFromToml(text: string, { keys, name }: Spot): string {
	const path = [...keys, name];
	const holder = inlineHolder(text, path);
	return holder === undefined ? removeBlocks(text, blocksOf(text, path)) : removeInline(text, holder);
}

interface Block extends Span {
	/** False for keys that are written from an outer table. */
	readonly isTable: boolean;
}

/** The stretches of lines that say what is at or below `path`. */
function blocksOf(text: string, path: readonly string[]): Block[] {
	const blocks: (Block & { end: number })[] = [];
	let isInBlock = false;
	let isOwnTable = false;
	for (const { kind, path: found, start, end } of statementsOf(text)) {
		const isOurs = startsWith(found, path);
		if (kind === "header") isOwnTable = isOurs;
		const last = blocks.at(-1);
		if (isOurs && isInBlock && last !== undefined && kind === "key") last.end = end;
		else if (isOurs) blocks.push({ start, end, isTable: isOwnTable });
		isInBlock = isOurs;
	}
	return blocks;
}

function removeBlocks(text: string, blocks: readonly Block[]): string {
	return blocks.reduceRight((rest, { start, end, isTable }) => {
		return isTable ? takeBlock(rest, start, end) : splice(rest, start, end, "");
	}, text);
}

/** An inline table that holds `path`, or would: TOML lets nobody add to it from outside. */
interface Holder {
	readonly table: Span;
	readonly members: readonly InlineMember[];
	/** What is left of the path within the table. */
	readonly rest: readonly string[];
}

function inlineHolder(text: string, path: readonly string[]): Holder | undefined {
	for (const { kind, path: found, value } of statementsOf(text)) {
		if (kind === "header" || found.length >= path.length || !startsWith(path, found)) continue;
		const members = inlineMembersOf(text, value);
		if (members !== undefined) return innermost(text, { table: value, members, rest: path.slice(found.length) });
	}
	return undefined;
}

function innermost(text: string, holder: Holder): Holder {
	for (const { path, value } of holder.members) {
		if (path.length >= holder.rest.length || !startsWith(holder.rest, path)) continue;
		const members = inlineMembersOf(text, value);
		if (members !== undefined) return innermost(text, { table: value, members, rest: holder.rest.slice(path.length) });
	}
	return holder;
}

function setInline(text: string, holder: Holder, entry: Entry): string {
	const { table, members, rest } = holder;
	const rendered = renderInline(entry);
	const same = members.find(({ path }) => path.join("\0") === rest.join("\0"));
	if (same !== undefined) return splice(text, same.value.start, same.value.end, rendered);
	if (members.some(({ path }) => startsWith(path, rest))) return setInline(...without(text, holder), entry);
	const last = members.at(-1);
	const added = `${rest.map(renderKey).join(".")} = ${rendered}`;
	if (last === undefined) return splice(text, table.start, table.end, `{ ${added} }`);
	return splice(text, last.end, last.end, `, ${added}`);
}

function without(text: string, holder: Holder): [string, Holder] {
	const shorter = removeInline(text, holder);
	const table = { start: holder.table.start, end: holder.table.end - (text.length - shorter.length) };
	return [shorter, { table, members: inlineMembersOf(shorter, table) ?? [], rest: holder.rest }];
}

function removeInline(text: string, { table, members, rest }: Holder): string {
	const ours = members.filter(({ path }) => startsWith(path, rest));
	if (ours.length === members.length && ours.length > 0) return splice(text, table.start, table.end, "{}");
	return ours.reduceRight((shorter, member) => {
		const index = members.indexOf(member);
		const [previous, next] = [members[index - 1], members[index + 1]];
		// The comma before it goes with it, or that after it when it is the first.
		if (previous !== undefined) return splice(shorter, previous.end, member.end, "");
		return splice(shorter, member.start, next?.start ?? skipGap(shorter, member.end), "");
	}, text);
}

function startsWith(path: readonly string[], start: readonly string[]): boolean {
	return start.every((key, index) => path[index] === key);
}

function renderTable(path: readonly string[], entry: Entry, lineEnd: string): string {
	const lines = Object.entries(entry).map(([key, value]) => `${renderKey(key)} = ${renderInline(value)}`);
	return [`[${path.map(renderKey).join(".")}]`, ...lines].join(lineEnd);
}

function renderKey(key: string): string {
	return /^[A-Za-z0-9_-]+$/.test(key) ? key : renderText(key);
}

function renderInline(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(renderInline).join(", ")}]`;
	if (typeof value !== "object" || value === null) return typeof value === "string" ? renderText(value) : String(value);
	const members = Object.entries(value).map(([key, item]) => `${renderKey(key)} = ${renderInline(item)}`);
	return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

/** JSON's escapes are TOML's, too, but for DEL, which TOML wants escaped. */
function renderText(text: string): string {
	return JSON.stringify(text).replaceAll("\u007f", "\\u007F");
}
