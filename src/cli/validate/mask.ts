/**
 * Finds what of a config's line may be shown: of values only those that cannot be a secret. Works on broken files, too. Pure.
 */
import type * as Jsonc from "jsonc-parser";

import type { Keys } from "./field-path.ts";

/** A part of the text by its offsets. */
export interface Piece {
	readonly from: number;
	readonly to: number;
	readonly isShown: boolean;
}

/** Kinds of tokens by jsonc-parser's numbers, whose names are a `const enum` that cannot be read at run time. */
const kinds = {
	open: 1,
	comma: 5,
	colon: 6,
	null: 7,
	true: 8,
	false: 9,
	string: 10,
	number: 11,
	lineComment: 12,
	blockComment: 13,
	lineBreak: 14,
	blank: 15,
	unknown: 16,
	end: 17,
} as const;

interface Token {
	readonly kind: number;
	readonly from: number;
	readonly to: number;
}

/** What is between `start` and `end`; `lineStart` is where their line begins. What `reveal` says is shown anyway. */
export function maskedPieces(
	text: string,
	{ start, end, lineStart }: { start: number; end: number; lineStart: number },
	reveal: string | undefined,
): Piece[] {
	const jsonc = require("jsonc-parser/lib/esm/main.js") as typeof Jsonc;
	const tokens = tokensOf(text, jsonc);
	const isSpace = ({ kind }: Token) => kind >= kinds.lineComment && kind <= kinds.blank;
	return tokens.flatMap((token, index): Piece[] => {
		if (token.to <= start || token.from >= end) return [];
		const from = Math.max(token.from, start);
		const to = Math.min(token.to, end);
		const source = text.slice(token.from, token.to);
		if (token.kind === kinds.lineComment || token.kind === kinds.blockComment) return [{ from, to, isShown: false }];
		if (token.kind !== kinds.string && token.kind !== kinds.number && token.kind !== kinds.unknown) {
			return [{ from, to, isShown: true }];
		}
		const before = tokens.slice(0, index).findLast((each) => !isSpace(each));
		const after = tokens.slice(index + 1).find((each) => !isSpace(each));
		const isFirst =
			before === undefined || before.kind === kinds.open || before.kind === kinds.comma || before.to <= lineStart;
		if ((after?.kind === kinds.colon && isFirst) || isCommon(source)) return [{ from, to, isShown: true }];
		const path = token.kind === kinds.unknown ? [] : jsonc.getLocation(text, token.from + 1).path;
		if (isHarmless(path, bare(source))) return [{ from, to, isShown: true }];
		return piecesOf(source, token.from, reveal);
	});
}

function tokensOf(text: string, jsonc: typeof Jsonc): Token[] {
	const scanner = jsonc.createScanner(text);
	const tokens: Token[] = [];
	for (let kind: number = scanner.scan(); kind !== kinds.end; kind = scanner.scan()) {
		const from = scanner.getTokenOffset();
		tokens.push({ kind, from, to: from + scanner.getTokenLength() });
	}
	return tokens;
}

/** References to variables can be seen in the midst of what cannot. */
function piecesOf(source: string, at: number, reveal: string | undefined): Piece[] {
	const shown = reveal === undefined ? reference : new RegExp(`${RegExp.escape(reveal)}|${reference.source}`, "g");
	const pieces: Piece[] = [];
	let done = 0;
	const add = (to: number, isShown: boolean) => {
		if (to > done) pieces.push({ from: at + done, to: at + to, isShown });
		done = Math.max(done, to);
	};
	const opening = /^["']/.test(source) ? 1 : 0;
	const closing = source.length > 1 && /["']$/.test(source) ? source.length - 1 : source.length;
	add(opening, true);
	for (const found of source.matchAll(shown)) {
		add(found.index, false);
		add(found.index + found[0].length, true);
	}
	add(closing, false);
	add(source.length, true);
	return pieces;
}

const reference = /\$\{(?:env:)?[A-Za-z_]\w*\}/g;

const bare = (source: string) => source.replaceAll(/^["']|["']$/g, "");

const harmlessFields: ReadonlySet<string | number> = new Set(
	(
		"type transport transportType description enabled disabled timeout startup idleTimeout features tools " +
		"expose cwd envFile oauth_grant oauth_scopes oauth_redirect_port"
	).split(" "),
);

/** Whether a value at this path cannot be a secret, or does not look like one where it hardly ever is. */
function isHarmless([top, , field]: Keys, value: string): boolean {
	if (top === "settings" || top === "$schema") return true;
	if (top !== "mcpServers" || field === undefined) return false;
	if (harmlessFields.has(field)) return true;
	if (field === "command" || field === "cmd" || field === "args") {
		return field === "args" || /\s/.test(value) ? isPlainArgument(value) : !value.includes("=");
	}
	if (field !== "url" && field !== "httpUrl" && field !== "serverUrl" && field !== "uri") return false;
	const url = URL.parse(value);
	return url !== null && [url.origin, `${url.origin}/`, `${url.origin}/mcp`, `${url.origin}/sse`].includes(value);
}

/** `-y`, `--stdio`, `@scope/package@1.2.3`, `mcp-server-git`. */
function isPlainArgument(value: string): boolean {
	return /^(?:-[a-z]{1,2}|--[a-z][a-z-]{0,30}|@[a-z\d.-]{1,40}\/[a-z\d.-]{1,60}(?:@[\d.a-z^~-]{1,20})?|[a-z-]*mcp[a-z-]*|run|exec|dlx|x)$/.test(
		value,
	);
}

/** Wherever they stand. */
const commonWords: ReadonlySet<string> = new Set(
	(
		"mcpServers settings $schema command args env url headers type enabled description timeout stdio http " +
		"sse True False None undefined true false null NaN"
	).split(" "),
);

const isCommon = (source: string) => bare(source) === "" || commonWords.has(bare(source));
