/** Reads the arguments of `read_result`. Pure. */

interface Range {
	/** Where to begin, in bytes. */
	readonly offset: number;
	/** At most so many bytes, or so many lines of a search; undefined for as many as fit. */
	readonly limit: number | undefined;
}

export type Asked =
	| (Range & { readonly kind: "part" })
	| (Range & { readonly kind: "grep"; readonly grep: string })
	| (Range & { readonly kind: "jq"; readonly jq: string });

/** Longer ones are written by mistake. */
const mostChars = 1000;

/** Without any of the three it is the text from its start. */
export function readAsked(args: Readonly<Record<string, unknown>>): Asked | { readonly problem: string } {
	const offset = readNumber(args["offset"]);
	const limit = readNumber(args["limit"]);
	if (offset === "wrong") return { problem: wrongNumber("offset", args["offset"]) };
	if (limit === "wrong" || limit === 0) return { problem: wrongNumber("limit", args["limit"]) };
	const range = { offset: offset ?? 0, limit };
	const grep = readText(args["grep"]);
	const jq = readText(args["jq"]);
	if (grep === "wrong" || jq === "wrong") {
		const name = grep === "wrong" ? "grep" : "jq";
		return { problem: `"${name}" of read_result must be a text of 1 to ${mostChars} characters.` };
	}
	if (grep !== undefined && jq !== undefined) return { problem: 'read_result takes "grep" or "jq", not both.' };
	if (grep !== undefined) return { kind: "grep", grep: grep.text, ...range };
	return jq === undefined ? { kind: "part", ...range } : { kind: "jq", jq: jq.text, ...range };
}

/** Models write numbers as strings, too, and null where they mean nothing. */
function readNumber(given: unknown): number | undefined | "wrong" {
	if (given === undefined || given === null || given === "") return undefined;
	const number = typeof given === "string" && /^\s*\d+\s*$/.test(given) ? Number(given) : given;
	return typeof number === "number" && Number.isSafeInteger(number) && number >= 0 ? number : "wrong";
}

function readText(given: unknown): { readonly text: string } | undefined | "wrong" {
	if (given === undefined || given === null || given === "") return undefined;
	return typeof given === "string" && given.length <= mostChars ? { text: given } : "wrong";
}

function wrongNumber(name: string, given: unknown): string {
	const found = JSON.stringify(given) ?? "nothing";
	const wanted = name === "limit" ? "a whole number, 1 or more" : "a whole number of bytes, 0 or more";
	return `"${name}" of read_result must be ${wanted}; it was ${found.length > 40 ? `${found.slice(0, 40)}…` : found}.`;
}
