/** Where things are in a JSON text with comments and trailing commas: members, and what stands between them. */
import type * as Jsonc from "jsonc-parser";

export interface Member {
	readonly key: string;
	/** Of the key's opening quote. */
	readonly start: number;
	readonly value: Jsonc.Node;
	/** After the value. */
	readonly end: number;
	/** After the last brace, comma or comment before the key. */
	readonly gapStart: number;
	/** Of the comma that follows; undefined when there is none. */
	readonly comma: number | undefined;
}

export interface Members {
	readonly list: readonly Member[];
	/** Of the opening brace. */
	readonly open: number;
	/** Of the closing brace. */
	readonly close: number;
	/** After the last thing before the closing brace: the opening brace, a value, a comma or a comment. */
	readonly last: number;
}

/** Names of the scanner's kinds of tokens, which are a `const enum` that cannot be read at run time. */
const token = { comma: 5, lineBreak: 14, blank: 15, end: 17 } as const;

/** The outermost value of a text that is known to be JSON; undefined when there is none. */
export function treeOf(text: string): Jsonc.Node | undefined {
	return jsonc().parseTree(text, [], { allowTrailingComma: true });
}

/** What is in an object's braces. Of a key that is there twice both are listed. */
export function membersOf(text: string, object: Jsonc.Node): Members {
	const open = object.offset;
	const close = object.offset + object.length - 1;
	const list: Member[] = [];
	let from = open + 1;
	for (const { children: [key, value] = [] } of object.children ?? []) {
		if (key === undefined || value === undefined) continue;
		const end = value.offset + value.length;
		const gapStart = between(text, from, key.offset).last;
		list.push({ key: String(key.value), start: key.offset, value, end, gapStart, comma: undefined });
		from = end;
	}
	return {
		list: list.map((member, index) => withComma(text, member, list[index + 1]?.start ?? close)),
		open,
		close,
		last: between(text, from, close).last,
	};
}

/** The member that counts: of several with one name the last. */
export function memberOf(members: Members, key: string): Member | undefined {
	return members.list.findLast((member) => member.key === key);
}

function withComma(text: string, member: Member, until: number): Member {
	return { ...member, comma: between(text, member.end, until).comma };
}

/** The comma in a stretch without values, and the end of its last token that is no whitespace. */
function between(text: string, from: number, until: number): { comma: number | undefined; last: number } {
	const scanner = jsonc().createScanner(text, false);
	scanner.setPosition(from);
	let comma: number | undefined;
	let last = from;
	for (;;) {
		const kind: number = scanner.scan();
		if (kind === token.end || scanner.getTokenOffset() >= until) return { comma, last };
		if (kind === token.comma) comma = scanner.getTokenOffset();
		if (kind !== token.lineBreak && kind !== token.blank) last = scanner.getPosition();
	}
}

/** By this path because the package's main file (UMD) looks its parts up at run time and is broken once bundled. */
function jsonc(): typeof Jsonc {
	return require("jsonc-parser/lib/esm/main.js") as typeof Jsonc;
}
