/**
 * Looks for a regular expression in time that grows with the text alone, whatever the expression is. JavaScript's own
 * may take years for a line of a hundred characters, and cannot be stopped meanwhile. Pure.
 *
 * All places in the expression that the text read so far can have led to are followed at once; what that set of places
 * becomes by a character is worked out once and remembered.
 */
import { isWord, type Node, readPattern } from "./pattern-syntax.ts";

export interface Pattern {
	/** Where the first match at or behind `from` ends; -1 when there is none. `^`, `$` are the line's start and end. */
	readonly find: Find;
}

/** Looks through a line: says where a match ends, -1 when there is none, or that it has not come to the end yet. */
export type Find = (line: string, from: number) => number | Unfinished;

/** So much has been done that others should have their turn. */
export interface Unfinished {
	/** How far the line has been read. */
	readonly at: number;
	/** Reads on, with the same outcomes. */
	readonly goOn: () => number | Unfinished;
}

type Step =
	| { readonly kind: "characters"; readonly has: (code: number) => boolean; next: number }
	| { readonly kind: "assertion"; readonly what: Extract<Node, { kind: "assertion" }>["what"]; next: number }
	| { readonly kind: "either"; next: number; other: number }
	| { readonly kind: "match" };

/** What was before a place: it is all that assertions ask for. */
type Before = "start" | "word" | "other";

/** The places that the text so far has led to. */
interface State {
	readonly places: readonly number[];
	readonly before: Before;
	/** By the code of the character that comes; those of ASCII apart, because a list is much faster than a map. */
	readonly nextAscii: (Transition | undefined)[];
	readonly next: Map<number, Transition>;
}

interface Transition {
	/** A match ends before the character. */
	readonly isMatch: boolean;
	readonly state: State;
}

/** Stands for the end of the line. */
const end = -1;

const highSurrogate = 0xd800;
const asciiCodes = 128;

const mostSteps = 20_000;
const mostStates = 2_000;

/** A character whose state is known is one piece of work; working a state out is so many for each place in it. */
const mostWork = 2 ** 20;
const placeWork = 16;

/** `(?i)` at its start makes capitals and small letters the same; `m` and `s` say nothing where there is one line. */
export function compilePattern(source: string): Pattern | { readonly problem: string } {
	const [flags = ""] = /^\(\?[ims]+\)/.exec(source) ?? [];
	const isFolded = flags.includes("i");
	const node = readPattern(source.slice(flags.length));
	if ("problem" in node) return node;
	const steps: Step[] = [];
	const first = compile(steps, node, steps.push({ kind: "match" }) - 1);
	if (first === undefined) return { problem: "it repeats too much" };
	return createMatcher(steps, first, isFolded);
}

/** Adds what the node does before the step `next`, and returns its first step; undefined when that are too many. */
function compile(steps: Step[], node: Node, next: number): number | undefined {
	if (steps.length > mostSteps) return undefined;
	switch (node.kind) {
		case "characters":
			return steps.push({ kind: "characters", has: node.has, next }) - 1;
		case "assertion":
			return steps.push({ kind: "assertion", what: node.what, next }) - 1;
		case "sequence":
			return node.parts.reduceRight<number | undefined>(
				(after, part) => (after === undefined ? undefined : compile(steps, part, after)),
				next,
			);
		case "choice":
			return compileChoice(steps, node.options, next);
		case "repeat":
			return compileRepeat(steps, node, next);
		default:
			return node satisfies never;
	}
}

function compileChoice(steps: Step[], options: readonly Node[], next: number): number | undefined {
	let first: number | undefined;
	for (const option of options) {
		const start = compile(steps, option, next);
		if (start === undefined) return undefined;
		first = first === undefined ? start : steps.push({ kind: "either", next: first, other: start }) - 1;
	}
	return first;
}

function compileRepeat(steps: Step[], { node, least, most }: Node & { kind: "repeat" }, next: number) {
	let first: number | undefined = next;
	if (most === Number.POSITIVE_INFINITY) {
		const again: Step & { kind: "either" } = { kind: "either", next, other: next };
		first = steps.push(again) - 1;
		const body = compile(steps, node, first);
		if (body === undefined) return undefined;
		again.other = body;
	} else {
		for (let count = least; count < most && first !== undefined; count++) {
			const body = compile(steps, node, first);
			first = body === undefined ? undefined : steps.push({ kind: "either", next, other: body }) - 1;
		}
	}
	for (let count = 0; count < least && first !== undefined; count++) first = compile(steps, node, first);
	return first;
}

function createMatcher(steps: readonly Step[], first: number, isFolded: boolean): Pattern {
	let states = new Map<string, State>();
	/** Since somebody else had a turn. */
	let work = 0;

	function stateOf(places: readonly number[], before: Before): State {
		const key = `${before} ${places.join(" ")}`;
		const known = states.get(key);
		if (known !== undefined) return known;
		// Few expressions come so far, and starting anew costs no more than time.
		if (states.size >= mostStates) states = new Map();
		const state = { places, before, nextAscii: [], next: new Map() };
		states.set(key, state);
		return state;
	}

	/** All that can be reached from the places without a character. */
	function reach({ places, before }: State, code: number): ReadonlySet<number> {
		const reached = new Set<number>();
		const open = [first, ...places];
		for (let place = open.pop(); place !== undefined; place = open.pop()) {
			const step = steps[place];
			if (step === undefined || reached.has(place)) continue;
			reached.add(place);
			if (step.kind === "either") open.push(step.next, step.other);
			else if (step.kind === "assertion" && holds(step.what, before, code)) open.push(step.next);
		}
		return reached;
	}

	function transition(state: State, code: number): Transition {
		const after = new Set<number>();
		let isMatch = false;
		for (const place of reach(state, code)) {
			const step = steps[place];
			if (step?.kind === "match") isMatch = true;
			else if (step?.kind === "characters" && code !== end && has(step.has, code)) after.add(step.next);
		}
		const sorted = [...after].sort((a, b) => a - b);
		const found = { isMatch, state: stateOf(sorted, isWord(code) ? "word" : "other") };
		if (code >= 0 && code < asciiCodes) state.nextAscii[code] = found;
		else state.next.set(code, found);
		return found;
	}

	function has(test: (code: number) => boolean, code: number): boolean {
		if (test(code) || !isFolded) return test(code);
		const character = String.fromCodePoint(code);
		return [character.toLowerCase(), character.toUpperCase()].some((other) => test(other.codePointAt(0) ?? code));
	}

	function find(line: string, from: number): number | Unfinished {
		return readOn(line, from, stateOf([], from === 0 ? "start" : isWord(line.charCodeAt(from - 1)) ? "word" : "other"));
	}

	function readOn(line: string, from: number, first: State): number | Unfinished {
		let state = first;
		for (let at = from; ;) {
			if (work > mostWork) {
				work = 0;
				const [here, reached] = [at, state];
				return { at, goOn: () => readOn(line, here, reached) };
			}
			const unit = at < line.length ? line.charCodeAt(at) : end;
			const code = unit >= highSurrogate ? (line.codePointAt(at) ?? end) : unit;
			const known = unit >= 0 && unit < asciiCodes ? state.nextAscii[unit] : state.next.get(code);
			work += known === undefined ? placeWork * (state.places.length + 1) : 1;
			const { isMatch, state: next } = known ?? transition(state, code);
			if (isMatch) return at;
			if (code === end) return -1;
			state = next;
			at += code > 0xffff ? 2 : 1;
		}
	}

	return { find };
}

function holds(what: string, before: Before, code: number): boolean {
	if (what === "start") return before === "start";
	if (what === "end") return code === end;
	const isEdge = (before === "word") !== isWord(code);
	return what === "word edge" ? isEdge : !isEdge;
}
