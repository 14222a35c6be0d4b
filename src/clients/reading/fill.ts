/** Turns the variables in a client's text into ours. Pure. */
import { expandText } from "../../config/expand.ts";
import type { Piece, Surroundings, Syntax } from "./variables.ts";

export type FilledText = { text: string; todo: string[] } | { problem: string };

/** What would be filled in here although the client leaves it as it is. */
const ours = /\$\{(?:env:)?([A-Za-z_]\w*)(?::-(?:\$\{[^{}]*\}|[^}])*)?\}/g;

/** The same text for our config: what the client fills in is filled in here too, and nothing else is. */
export function fillAsOurs(text: string, known: readonly Syntax[], around: Surroundings): FilledText {
	const pieces = split(text, known, around);
	const todo: string[] = [];
	const values: Record<string, string> = {};
	let written = "";
	let meant = "";
	for (const piece of pieces) {
		switch (piece.kind) {
			case "unusable":
				return { problem: `${around.field} ${piece.reason}` };
			case "text":
				written += piece.text.replaceAll(ours, "$$$&");
				meant += piece.text;
				todo.push(...maybeMeant(piece.text, around));
				break;
			case "variable":
				written += `\${${piece.name}${piece.fallback === undefined ? "" : `:-${piece.fallback}`}}`;
				// A character that nobody writes, so that nothing but this variable can have put it there.
				meant += values[piece.name] ??= `\u0000${Object.keys(values).length}`;
				if (piece.todo !== undefined) todo.push(piece.todo);
				break;
			default:
				piece satisfies never;
		}
	}
	// Next to each other, harmless pieces can make something else: "$" before a variable is the escape.
	if (expandText(written, values).text !== meant) {
		return { problem: `${around.field} has characters around a variable that cannot be written here` };
	}
	return { text: written, todo };
}

function split(text: string, known: readonly Syntax[], around: Surroundings): Piece[] {
	const pieces: Piece[] = [];
	const counting = known.filter(({ counts }) => counts?.(around) ?? true);
	let rest = text;
	while (rest !== "") {
		const [first] = counting
			.flatMap((syntax) => {
				const match = syntax.pattern.exec(rest);
				return match === null ? [] : [{ syntax, match }];
			})
			.sort((a, b) => a.match.index - b.match.index);
		if (first === undefined) {
			pieces.push({ kind: "text", text: rest });
			break;
		}
		const { syntax, match } = first;
		if (match.index > 0) pieces.push({ kind: "text", text: rest.slice(0, match.index) });
		pieces.push(syntax.read(match, around));
		rest = rest.slice(match.index + match[0].length);
	}
	return pieces;
}

/** The person may have expected more of the client than it does. What stands there may be a piece of a password. */
function maybeMeant(text: string, { client, field }: Surroundings): string[] {
	if (text.search(ours) === -1) return [];
	const what = `what looks like a variable is kept as it is written, because ${client} fills in nothing of that form`;
	return [`${field}: ${what}; take one "$" away if a variable is meant`];
}
