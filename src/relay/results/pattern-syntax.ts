/** Reads a regular expression, of the kind that can be looked for in linear time. Pure. */

export type Node =
	| { readonly kind: "characters"; readonly has: (code: number) => boolean }
	| { readonly kind: "sequence"; readonly parts: readonly Node[] }
	| { readonly kind: "choice"; readonly options: readonly Node[] }
	| { readonly kind: "repeat"; readonly node: Node; readonly least: number; readonly most: number }
	| { readonly kind: "assertion"; readonly what: Assertion };

export type Assertion = "start" | "end" | "word edge" | "no word edge";

type Has = (code: number) => boolean;

/** Thrown by the reader, and caught by whoever has called it. */
class PatternError extends Error {
	override readonly name = "PatternError";
}

const mostRepeats = 1000;

const is =
	(from: number, to = from): Has =>
	(code) =>
		code >= from && code <= to;
const not =
	(has: Has): Has =>
	(code) =>
		!has(code);
const any =
	(parts: readonly Has[]): Has =>
	(code) =>
		parts.some((has) => has(code));

const isDigit = is(48, 57);
export const isWord = any([isDigit, is(65, 90), is(97, 122), is(95)]);
const isSpace: Has = (code) => /^\s$/.test(String.fromCodePoint(code));

const classes: ReadonlyMap<string, Has> = new Map([
	["d", isDigit],
	["D", not(isDigit)],
	["w", isWord],
	["W", not(isWord)],
	["s", isSpace],
	["S", not(isSpace)],
]);

const controls: ReadonlyMap<string, number> = new Map([
	["t", 9],
	["n", 10],
	["v", 11],
	["f", 12],
	["r", 13],
	["0", 0],
]);

/** What it means, or what in it is not understood. */
export function readPattern(source: string): Node | { readonly problem: string } {
	const characters = Array.from(source);
	let at = 0;
	const peek = () => characters[at];
	const eat = (wanted: string) => peek() === wanted && ++at > 0;

	function readChoice(): Node {
		const options = [readSequence()];
		while (eat("|")) options.push(readSequence());
		const [only] = options;
		return options.length === 1 && only !== undefined ? only : { kind: "choice", options };
	}

	function readSequence(): Node {
		const parts: Node[] = [];
		while (at < characters.length && peek() !== "|" && peek() !== ")") parts.push(readRepeat());
		return { kind: "sequence", parts };
	}

	function readRepeat(): Node {
		let node = readAtom();
		for (let count = readCount(); count !== undefined; count = readCount()) {
			if (node.kind === "assertion" || node.kind === "repeat") throw new PatternError("nothing to repeat");
			// How much is taken makes no difference to whether there is a match.
			eat("?");
			node = { kind: "repeat", node, ...count };
		}
		return node;
	}

	function readCount(): { least: number; most: number } | undefined {
		if (eat("*")) return { least: 0, most: Number.POSITIVE_INFINITY };
		if (eat("+")) return { least: 1, most: Number.POSITIVE_INFINITY };
		if (eat("?")) return { least: 0, most: 1 };
		const [all, least, comma, most] = /^\{(\d+)(?:(,)(\d*))?\}/.exec(characters.slice(at, at + 16).join("")) ?? [];
		if (all === undefined) return undefined;
		at += all.length;
		const from = Number(least);
		const to = comma === undefined ? from : most === "" ? Number.POSITIVE_INFINITY : Number(most);
		const isTooMuch = from > mostRepeats || (to !== Number.POSITIVE_INFINITY && to > mostRepeats);
		if (isTooMuch || to < from) throw new PatternError(`${all} is no number of times up to ${mostRepeats}`);
		return { least: from, most: to };
	}

	function readAtom(): Node {
		const character = characters[at++] ?? "";
		switch (character) {
			case "(":
				return readGroup();
			case "[":
				return { kind: "characters", has: readSet() };
			case ".":
				return { kind: "characters", has: not(is(10)) };
			case "^":
				return { kind: "assertion", what: "start" };
			case "$":
				return { kind: "assertion", what: "end" };
			case "\\":
				return readEscape();
			case "*":
			case "+":
			case "?":
				throw new PatternError(`nothing to repeat before ${character}`);
			default:
				return literal(character);
		}
	}

	function readGroup(): Node {
		if (eat("?") && !eat(":")) {
			const name = /^<[A-Za-z_]\w*>/.exec(characters.slice(at, at + 64).join(""))?.[0];
			if (name === undefined) throw new PatternError(groupProblem(characters.slice(at, at + 2).join("")));
			at += name.length;
		}
		const inside = readChoice();
		if (!eat(")")) throw new PatternError("a ( without its )");
		return inside;
	}

	function readEscape(): Node {
		if (eat("b")) return { kind: "assertion", what: "word edge" };
		if (eat("B")) return { kind: "assertion", what: "no word edge" };
		return { kind: "characters", has: readEscaped() };
	}

	function readEscaped(): Has {
		const character = characters[at++];
		if (character === undefined) throw new PatternError("a \\ with nothing behind it");
		const known = classes.get(character);
		if (known !== undefined) return known;
		return is(readCode(character));
	}

	function readCode(character: string): number {
		const control = controls.get(character);
		if (control !== undefined) return control;
		if (character === "x" || character === "u") return readHex(character);
		if (/[A-Za-z1-9]/.test(character)) throw new PatternError(`\\${character} has no meaning here`);
		return character.codePointAt(0) ?? 0;
	}

	function readHex(kind: string): number {
		const rest = characters.slice(at, at + 8).join("");
		const pattern = kind === "x" ? /^([0-9a-fA-F]{2})/ : /^(?:([0-9a-fA-F]{4})|\{([0-9a-fA-F]{1,6})\})/;
		const [all, short, long] = pattern.exec(rest) ?? [];
		if (all === undefined) throw new PatternError(`\\${kind} without its digits`);
		at += all.length;
		return Number.parseInt(short ?? long ?? "", 16);
	}

	function readSet(): Has {
		const isNegated = eat("^");
		const parts: Has[] = [];
		for (let isFirst = true; isFirst || peek() !== "]"; isFirst = false) {
			if (at >= characters.length) throw new PatternError("a [ without its ]");
			if (isFirst && peek() === "]") break;
			parts.push(readRange());
		}
		at++;
		return isNegated ? not(any(parts)) : any(parts);
	}

	function readRange(): Has {
		const first = readMember();
		if (typeof first !== "number") return first;
		if (peek() !== "-" || characters[at + 1] === "]" || at + 1 >= characters.length) return is(first);
		at++;
		const last = readMember();
		if (typeof last !== "number" || last < first) throw new PatternError("a range in [ ] that ends before it begins");
		return is(first, last);
	}

	/** A character's code, or what a class has. */
	function readMember(): number | Has {
		const character = characters[at++] ?? "";
		const [named] = /^:\^?[a-z]+:\]/.exec(characters.slice(at, at + 16).join("")) ?? [];
		if (character === "[" && named !== undefined) {
			throw new PatternError(`[${named} is not understood; there are \\w, \\d and \\s`);
		}
		if (character !== "\\") return character.codePointAt(0) ?? 0;
		const escaped = characters[at++];
		if (escaped === undefined) throw new PatternError("a \\ with nothing behind it");
		return classes.get(escaped) ?? (escaped === "b" ? 8 : readCode(escaped));
	}

	try {
		const node = readChoice();
		return at < characters.length ? { problem: "a ) without its (" } : node;
	} catch (error) {
		if (error instanceof PatternError) return { problem: error.message };
		throw error;
	}
}

/** Of what follows `(?`. */
function groupProblem(kind: string): string {
	return /^(?:[=!]|<[=!])/.test(kind) ? "looking ahead or behind is not possible" : `(?${kind} is not understood`;
}

function literal(character: string): Node {
	return { kind: "characters", has: is(character.codePointAt(0) ?? 0) };
}
