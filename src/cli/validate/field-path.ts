/** Reads back what `fieldPath` has written. Pure. */

export type Keys = readonly (string | number)[];

export interface PathAtStart {
	/** Empty when the line does not begin with a path. */
	readonly keys: Keys;
	/** What follows it. */
	readonly rest: string;
}

/** A problem of the config is a line that begins with a field's path and a colon. */
export function splitProblem(line: string): PathAtStart {
	const { keys, rest } = readPath(line);
	return keys.length > 0 && rest.startsWith(": ") ? { keys, rest: rest.slice(2) } : { keys: [], rest: line };
}

/** The path that the text begins with, as in `args[1] uses …`. */
export function readPath(text: string): PathAtStart {
	const keys: (string | number)[] = [];
	let rest = text;
	for (;;) {
		const plain = keys.length === 0 ? /^([\w$-]+)/.exec(rest) : /^\.([\w$-]+)/.exec(rest);
		const quoted = plain ?? /^\[("(?:[^"\\]|\\.)*")\]/.exec(rest);
		const found = quoted ?? /^\[(\d+)\]/.exec(rest);
		if (found === null) return { keys, rest };
		const [whole, part = ""] = found;
		keys.push(plain !== null ? part : quoted !== null ? String(JSON.parse(part)) : Number(part));
		rest = rest.slice(whole.length);
	}
}
