/** Reads the text of a client's config file, whatever it is written in. Pure. */
import { parseJsonText } from "../config/json-text.ts";
import { parseCrushrc } from "./reading/crushrc.ts";
import type { Format } from "./types.ts";

export type ParsedDocument = { value: unknown } | { problem: string };

/**
 * The document in `text`; undefined when there is nothing in it but comments. A problem reads "3:5: expected a comma" and shows
 * nothing of the text, which may hold secrets. A byte order mark and any line ends are fine.
 */
export function parseDocument(text: string, format: Format): ParsedDocument {
	const source = text.replace(/^\uFEFF/, "");
	if (source.trim() === "") return { value: undefined };
	switch (format) {
		case "json":
			return parseJson(source);
		case "toml":
			return parseByLines(source, Bun.TOML.parse);
		case "yaml":
			// YAML without anything is null.
			return parseByLines(source, (yaml) => Bun.YAML.parse(yaml) ?? undefined);
		case "shell":
			return { value: parseCrushrc(source) };
		default:
			return format satisfies never;
	}
}

function parseJson(source: string): ParsedDocument {
	const parsed = parseJsonText(source);
	if ("value" in parsed) return parsed;
	if (isOnlyComments(source)) return { value: undefined };
	return { problem: parsed.problems[0] ?? "1:1: this is not JSON" };
}

function isOnlyComments(source: string): boolean {
	return source.replaceAll(/\/\/[^\r\n]*|\/\*[^]*?\*\//g, "").trim() === "";
}

/** Bun's parsers of TOML and YAML say what is wrong, but not where (Bun 1.4.5). */
function parseByLines(source: string, parse: (text: string) => unknown): ParsedDocument {
	try {
		return { value: parse(source) };
	} catch (error) {
		if (error instanceof RangeError) return { problem: "1:1: nested too deeply" };
		return { problem: `${placeOfFault(source, parse)}: ${reasonOf(error)}` };
	}
}

/** What stands in quotes may be a secret. */
function reasonOf(error: unknown): string {
	const message = error instanceof Error ? error.message : "";
	const reason = message
		.replace(/^(?:TOML|YAML) Parse error:\s*/, "")
		.replace(/:\s*["'][^]*$/, "")
		.replaceAll(/\s*(?:(?<=\bkey\s)(["'])[^]*?\1|(["'])[\w.-][^]+?\2)/g, "");
	return reason === "" ? "this cannot be read" : reason.charAt(0).toLowerCase() + reason.slice(1);
}

/** Where the first statement begins that is not read: the line after the longest run of whole lines that can be. */
function placeOfFault(source: string, parse: (text: string) => unknown): string {
	const lines = source.split(/\r\n|\r|\n/);
	const isGood = (count: number) => {
		try {
			parse(lines.slice(0, count).join("\n"));
			return true;
		} catch {
			// That it fails is the answer.
			return false;
		}
	};
	let good = 0;
	for (let bad = lines.length; bad - good > 1;) {
		const middle = Math.floor((good + bad) / 2);
		if (isGood(middle)) good = middle;
		else bad = middle;
	}
	// The search may have stopped in the middle of something that takes many lines and is fine.
	const reach = 200;
	for (let count = good + 1; count < lines.length && count <= good + reach; count++) {
		if (isGood(count)) good = count;
	}
	while (good < lines.length - 1 && /^\s*(?:#.*)?$/.test(lines[good] ?? "")) good++;
	const indent = /^\s*/.exec(lines[good] ?? "")?.[0].length ?? 0;
	return `${good + 1}:${indent + 1}`;
}
