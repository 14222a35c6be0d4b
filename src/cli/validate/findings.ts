/** Everything that is to be said of a config's text, each with its place and what helps. Pure. */
import type { Surroundings } from "../../config/group.ts";
import { checkConfig } from "../../config/load.ts";
import { fieldPath } from "../../config/wording.ts";
import { type Keys, readPath, splitProblem } from "./field-path.ts";
import { findPlaces, type Places, type Range } from "./places.ts";
import { splitAdvice, suggestionFor } from "./suggestions.ts";

export interface Finding {
	readonly severity: "error" | "warning";
	/** As in `mcpServers.git.args[1]`; undefined when it is about the file. */
	readonly field: string | undefined;
	readonly message: string;
	/** What to do about it. */
	readonly suggestion: string | undefined;
	/** Offsets in the text without its byte order mark. */
	readonly range: Range;
	/** Of `message`, what is at the place: it may be shown. */
	readonly reveal: string | undefined;
}

export interface Findings {
	readonly findings: readonly Finding[];
	/** Undefined when there are errors. */
	readonly servers: { readonly enabled: number; readonly disabled: number } | undefined;
}

interface Said {
	readonly severity: Finding["severity"];
	readonly line: string;
}

/** In the order of the text, and of what is said of one place the errors first. `text` is without its byte order mark. */
export function findingsIn(text: string, surroundings: Surroundings & { path: string }): Findings {
	const { config, problems, warnings } = checkConfig(text, surroundings);
	const places = findPlaces(text);
	const said: Said[] = [
		...problems.map((line): Said => ({ severity: "error", line })),
		...warnings.flatMap(splitReasons).map((line): Said => ({ severity: "warning", line })),
	];
	const findings = said.map((each) => locate(each, text, places, surroundings.env));
	// A file with a syntax error has been read in part only: the rest would be guesswork.
	const isBroken = problems.some((line) => syntaxProblem.test(line));
	if (!isBroken) findings.push(...places.repeated.map(describeRepeated));
	if (text.includes("\uFFFD")) findings.push(describeBytes(text));
	const enabled = config?.groups.filter(({ server }) => server.enabled).length ?? 0;
	const servers = config && { enabled, disabled: config.groups.length - enabled };
	return { findings: findings.sort((a, b) => a.range.offset - b.range.offset || rank(a) - rank(b)), servers };
}

const rank = ({ severity }: Finding) => (severity === "error" ? 0 : 1);

const syntaxProblem = /^(\d+):(\d+): (.*)$/s;

/** Of a server that cannot be used all reasons are on one line. */
function splitReasons(line: string): string[] {
	const { keys, rest } = splitProblem(line);
	if (keys.length !== 2 || !rest.includes(", which is not set")) return [line];
	return rest.split(/(?<=, which is not set); /).map((reason) => `${fieldPath(...keys)}: ${reason}`);
}

function locate({ severity, line }: Said, text: string, places: Places, env: Surroundings["env"]): Finding {
	const syntax = syntaxProblem.exec(line);
	if (syntax !== null) {
		const [, row, column, problem = ""] = syntax;
		const range = { offset: offsetOf(text, Number(row), Number(column)), length: 1 };
		return finding({ severity, field: undefined, range, reveal: undefined }, problem, env);
	}
	const { keys, at = keys, message } = aim(line, places);
	const place = places.find(at);
	const isAboutName = !place.isWhole || !place.isPlain || aboutNames.test(message);
	const reveal = /\$\{\w+\}(?=, which is not set)|^\S.*(?= is another client's way)/.exec(message)?.[0];
	const range = isAboutName ? place.name : narrow(text, place.value, reveal);
	return finding({ severity, field: keys.length === 0 ? undefined : fieldPath(...keys), range, reveal }, message, env);
}

const aboutNames =
	/^(?:unknown field|not a field|ignored\b|this name cannot|missing|a server needs a name|has no effect|needs )/;

function finding(about: Omit<Finding, "message" | "suggestion">, said: string, env: Surroundings["env"]): Finding {
	const { message, advice } = splitAdvice(said);
	return { ...about, message, suggestion: suggestionFor(message, env) ?? advice };
}

/** Which field a line is about, often deeper than the path that it begins with; and `at` when another one is to be shown. */
function aim(line: string, places: Places): { keys: Keys; at?: Keys; message: string } {
	const { keys, rest } = splitProblem(line);
	const [, named] = /^(?:ignored at the top level: |missing; found )("(?:[^"\\]|\\.)*")/.exec(rest) ?? [];
	if (named !== undefined) {
		const key = String(JSON.parse(named));
		return { keys: keys.length === 0 ? [key] : keys, at: places.has([key]) ? [key] : keys, message: rest };
	}
	if (keys.length !== 2) return { keys, message: rest };
	const deeper = readPath(rest);
	const all = [...keys, ...deeper.keys];
	return deeper.keys.length > 0 && deeper.rest.startsWith(" ") && places.has(all)
		? { keys: all, message: deeper.rest.trimStart() }
		: { keys, message: rest };
}

/** To what is meant within the value. */
function narrow(text: string, { offset, length }: Range, reveal: string | undefined): Range {
	if (reveal === undefined) return { offset, length };
	const at = text.slice(offset, offset + length).indexOf(reveal);
	return at === -1 ? { offset, length } : { offset: offset + at, length: reveal.length };
}

function offsetOf(text: string, row: number, column: number): number {
	const breaks = Array.from(text.matchAll(/\r\n|\r|\n/g), ({ index, 0: found }) => index + found.length);
	return Math.min(text.length, (row === 1 ? 0 : (breaks[row - 2] ?? 0)) + column - 1);
}

function describeRepeated({ keys, name }: Places["repeated"][number]): Finding {
	return {
		severity: "warning",
		field: fieldPath(...keys),
		message: "is there more than once; only the last one counts",
		suggestion: "Remove one of them, or give it another name.",
		range: name,
		reveal: undefined,
	};
}

function describeBytes(text: string): Finding {
	return {
		severity: "warning",
		field: undefined,
		message: "there are characters that cannot be read",
		suggestion: "Save the file as UTF-8.",
		range: { offset: text.indexOf("\uFFFD"), length: 1 },
		reveal: undefined,
	};
}
