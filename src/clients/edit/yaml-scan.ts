/** Where the entries below a key at the top of a YAML text are. Pure; line by line, for what people and programs write. */

export interface YamlItem {
	/** Of its first character, indent included. */
	readonly start: number;
	/** After its last line that says something, without the line's end. */
	readonly end: number;
	readonly text: string;
	readonly indent: string;
	readonly isList: boolean;
}

export interface YamlSection {
	/** Of the key's line. */
	readonly start: number;
	/** After the key's colon. */
	readonly keyEnd: number;
	/** What stands on the key's own line, and continues below it; undefined when there is nothing but a comment. */
	readonly flow: { readonly text: string; readonly start: number; readonly end: number } | undefined;
	readonly items: readonly YamlItem[];
	/** After the last line that says something. */
	readonly lastEnd: number;
}

interface Line {
	readonly start: number;
	/** Without the line's end. */
	readonly end: number;
	readonly text: string;
	readonly indent: number;
	/** Neither empty nor a comment. */
	readonly saysSomething: boolean;
}

export function sectionOf(text: string, key: string): YamlSection | undefined {
	const lines = linesOf(text);
	const names = [key, JSON.stringify(key), `'${key}'`];
	const heading = lines.findIndex((line) =>
		names.some((name) => line.text.startsWith(`${name}:`) && /^:(?:\s|$)/.test(line.text.slice(name.length))),
	);
	const first = lines[heading];
	if (first === undefined) return undefined;
	const keyEnd = first.start + first.text.indexOf(":") + 1;
	const after = lines.slice(heading + 1);
	const isInside = ({ indent, text: content, saysSomething }: Line) =>
		!saysSomething || indent > 0 || /^-(?:\s|$)/.test(content);
	const until = after.findIndex((line) => !isInside(line));
	const body = after.slice(0, until === -1 ? after.length : until);
	const lastEnd = body.findLast((line) => line.saysSomething)?.end ?? first.end;
	const own =
		/^[ \t]*(?<value>(?:[^#\s]|(?<=\S)#|(?<=\S)[ \t]+(?=[^#\s]))*)/.exec(text.slice(keyEnd, first.end))?.groups?.[
			"value"
		] ?? "";
	const start = text.indexOf(own, keyEnd);
	const flow =
		own === ""
			? undefined
			: {
					text: text.slice(start, Math.max(start + own.length, lastEnd === first.end ? 0 : lastEnd)),
					start,
					end: lastEnd === first.end ? start + own.length : lastEnd,
				};
	return { start: first.start, keyEnd, flow, items: flow === undefined ? itemsOf(text, body) : [], lastEnd };
}

/** The key of a map's entry, or the `name` of a list's. */
export function nameOf({ text, isList }: Pick<YamlItem, "text" | "isList">): unknown {
	let value: unknown;
	try {
		value = Bun.YAML.parse(text);
	} catch {
		// An alias to elsewhere cannot be read on its own; then it is none of ours.
		return undefined;
	}
	if (typeof value !== "object" || value === null) return undefined;
	return isList && Array.isArray(value) ? (value[0] as { name?: unknown } | null)?.name : Object.keys(value)[0];
}

function itemsOf(text: string, body: readonly Line[]): YamlItem[] {
	const first = body.find((line) => line.saysSomething);
	if (first === undefined) return [];
	const items: YamlItem[] = [];
	const starts = body.filter((line) => line.saysSomething && line.indent === first.indent);
	const isList = /^[ \t]*-(?:\s|$)/.test(first.text);
	for (const [index, { start }] of starts.entries()) {
		const next = starts[index + 1]?.start ?? Number.POSITIVE_INFINITY;
		const end = body.findLast((line) => line.saysSomething && line.start < next)?.end ?? start;
		items.push({ start, end, text: text.slice(start, end), indent: first.text.slice(0, first.indent), isList });
	}
	return items;
}

function linesOf(text: string): Line[] {
	// Of the key whose text stands on the lines below it: what looks like a comment there is none.
	let scalar: number | undefined;
	return Array.from(text.matchAll(/([^\n]*?)(?:\r?\n|$)/g), ({ index, 1: line = "" }) => {
		const content = line.trimStart();
		const indent = line.length - content.length;
		const isBlank = content.trim() === "";
		if (!isBlank && scalar !== undefined && indent <= scalar) scalar = undefined;
		const saysSomething = !isBlank && (scalar !== undefined || !content.startsWith("#"));
		if (saysSomething && /(?:^|[:-])[ \t]+[|>][\d+-]*[ \t]*(?:#.*)?$/.test(content)) scalar ??= indent;
		return { start: index, end: index + line.length, text: line, indent, saysSomething };
	});
}
