/**
 * Reads a signature back, by its grammar alone: nothing here is shared with the code that writes signatures. Anything
 * that the grammar does not allow is an error.
 */
import { expect, test } from "bun:test";

export interface Parameter {
	name: string;
	isRequired: boolean;
	type: Type;
	standard?: unknown; // the default
}

/** The alternatives of a type, each with what is demanded of it. */
export type Type = Alternative[];
export type Alternative =
	| { kind: "value"; value: unknown }
	| { kind: "name"; name: string; demands: string[] }
	| { kind: "list"; item: Type; demands: string[] }
	| { kind: "tuple"; items: Type[]; rest?: Alternative; demands: string[] }
	| { kind: "members"; members: Parameter[]; others?: { key: Type; value: Type }; demands: string[] };

export interface Signature {
	name: string;
	parameters: Parameter[];
	others?: { key: Type; value: Type };
}

export function parseSignature(line: string): Signature {
	let at = 0;
	const peek = (text: string) => line.startsWith(text, at);
	const accept = (text: string) => peek(text) && ((at += text.length), true);
	function need(text: string): void {
		if (!accept(text)) throw new Error(`expected ${text} at ${at} of ${line}, found ${line.slice(at, at + 20)}`);
	}
	function match(pattern: RegExp): string {
		pattern.lastIndex = at;
		const [text] = pattern.exec(line) ?? [""];
		if (text === "") throw new Error(`expected ${pattern} at ${at} of ${line}`);
		at += text.length;
		return text;
	}
	/** The shortest piece that is JSON and ends where something else may begin. */
	function json(): unknown {
		for (let end = at + 1; end <= line.length; end++) {
			if (end < line.length && !" ,)}][?:".includes(line.charAt(end))) continue;
			try {
				const value: unknown = JSON.parse(line.slice(at, end));
				at = end;
				return value;
			} catch {
				// Too short.
			}
		}
		throw new Error(`expected JSON at ${at} of ${line}`);
	}
	const name = () => (peek('"') ? String(json()) : match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/uy));
	function parameter(): Parameter {
		const found = { name: name(), isRequired: !accept("?"), type: (need(": "), type()) };
		return accept(" = ") ? { ...found, standard: json() } : found;
	}
	function members(close: string): Pick<Signature, "parameters" | "others"> {
		const parameters: Parameter[] = [];
		while (!accept(close)) {
			if (parameters.length > 0) need(", ");
			if (!accept("[key: ")) {
				parameters.push(parameter());
				continue;
			}
			const others = { key: type(), value: (need("]: "), type()) };
			need(close);
			return { parameters, others };
		}
		return { parameters };
	}
	function demands(): string[] {
		if (!accept("(")) return [];
		const found: string[] = [];
		do found.push(match(/\/(?:\\.|[^/\\])+\/|(?:"(?:\\.|[^"\\])*"|[^"/,()]|\/(?=\w))+/uy));
		while (accept(", "));
		need(")");
		return found;
	}
	function single(): Alternative {
		if (accept("(")) {
			const item = type();
			need(")[]");
			return { kind: "list", item, demands: demands() };
		}
		if (accept("{")) {
			const { parameters, ...others } = members("}");
			return { kind: "members", members: parameters, ...others, demands: demands() };
		}
		if (accept("[")) {
			const items: Type[] = [];
			let rest: Alternative | undefined;
			do {
				if (accept("...")) rest = alternative();
				else items.push(type());
			} while (accept(", "));
			need("]");
			return { kind: "tuple", items, ...(rest === undefined ? {} : { rest }), demands: demands() };
		}
		if (/^(?:["\d-]|true|false|null)/.test(line.slice(at))) return { kind: "value", value: json() };
		return { kind: "name", name: match(/string|number|integer|boolean|object|any|never/uy), demands: demands() };
	}
	function alternative(): Alternative {
		let found = single();
		while (accept("[]")) found = { kind: "list", item: [found], demands: demands() };
		return found;
	}
	function type(): Type {
		const found = [alternative()];
		while (accept(" | ")) found.push(alternative());
		return found;
	}
	const head = match(/[\w-]+/uy);
	need("(");
	const signature = { name: head, ...members(")") };
	if (at !== line.length) throw new Error(`left over: ${line.slice(at)}`);
	return signature;
}

test("a signature is read back in full", () => {
	const string: Alternative = { kind: "name", name: "string", demands: [] };
	expect(parseSignature('f(a: (string | "x")[](1..2 items), "b c"?: {[key: string]: null} = {"d":[", )"]})')).toEqual({
		name: "f",
		parameters: [
			{
				name: "a",
				isRequired: true,
				type: [{ kind: "list", item: [string, { kind: "value", value: "x" }], demands: ["1..2 items"] }],
			},
			{
				name: "b c",
				isRequired: false,
				type: [
					{
						kind: "members",
						members: [],
						others: { key: [string], value: [{ kind: "value", value: null }] },
						demands: [],
					},
				],
				standard: { d: [", )"] },
			},
		],
	});
});

test.each(["f", "f(a)", "f(a: text)", "f(a: string", "f(a: string) b", "f(a: string = )", "f(a: {b: string)"])(
	"%j is no signature",
	(line) => {
		expect(() => parseSignature(line)).toThrow();
	},
);
