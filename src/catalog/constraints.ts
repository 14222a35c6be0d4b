/** What a schema demands of a value beyond its type, in few words: `1..100`, `uri`, `/^a$/`, `1..5 items`. Pure. */
import { isString, type Keywords, take } from "./schema-parts.ts";
import type { TypeName } from "./type-names.ts";

/** The demands in round brackets, or nothing. What is said here is removed from the keywords. */
export function constraintText(type: TypeName, keywords: Keywords): string {
	const parts = constraintsOf(type, keywords);
	return parts.length === 0 ? "" : `(${parts.join(", ")})`;
}

function constraintsOf(type: TypeName, keywords: Keywords): string[] {
	switch (type) {
		case "string":
			return [
				...named(keywords, "format"),
				...named(keywords, "contentEncoding"),
				...named(keywords, "contentMediaType"),
				...counted(keywords, "Length", "chars"),
				...pattern(keywords),
			];
		case "number":
		case "integer":
			return [...named(keywords, "format"), ...range(keywords, type), ...multiple(keywords)];
		case "array":
			return [...counted(keywords, "Items", "items"), ...(take(keywords, "uniqueItems", isTrue) ? ["unique"] : [])];
		case "object":
			return counted(keywords, "Properties", "keys");
		case "boolean":
		case "null":
			return [];
		default:
			return type satisfies never;
	}
}

const isNumber = (value: unknown): value is number => typeof value === "number";
const isTrue = (value: unknown): value is true => value === true;

function named(keywords: Keywords, key: string): string[] {
	const name = take(keywords, key, isString);
	if (name === undefined) return [];
	return [/^[a-z][\w.+/-]*$/i.test(name) ? name : `${key} ${JSON.stringify(name)}`];
}

/** Between slashes where that is unmistakable, else as a JSON string. */
function pattern(keywords: Keywords): string[] {
	const source = take(keywords, "pattern", isString);
	if (source === undefined) return [];
	return [
		/^[^/\p{C}\p{Z}]+$/u.test(source) && !source.endsWith("\\") ? `/${source}/` : `pattern ${JSON.stringify(source)}`,
	];
}

function counted(keywords: Keywords, noun: string, unit: string): string[] {
	const least = take(keywords, `min${noun}`, isNumber) ?? 0;
	const most = take(keywords, `max${noun}`, isNumber);
	if (most === undefined) return least === 0 ? [] : [`>=${least} ${unit}`];
	if (least === most) return [`${most} ${unit}`];
	return [least === 0 ? `<=${most} ${unit}` : `${least}..${most} ${unit}`];
}

function range(keywords: Keywords, type: TypeName): string[] {
	let least = take(keywords, "minimum", isNumber);
	let most = take(keywords, "maximum", isNumber);
	// Schema generators bound every integer by what a double can hold: true of all JSON numbers, so not worth saying.
	if (type === "integer" && least === Number.MIN_SAFE_INTEGER) least = undefined;
	if (type === "integer" && most === Number.MAX_SAFE_INTEGER) most = undefined;
	const [above, below] = [take(keywords, "exclusiveMinimum", isNumber), take(keywords, "exclusiveMaximum", isNumber)];
	const inclusive =
		least !== undefined && most !== undefined ? [`${least}..${most}`] : [...limit(">=", least), ...limit("<=", most)];
	return [...limit(">", above), ...inclusive, ...limit("<", below)];
}

function limit(sign: string, value: number | undefined): string[] {
	return value === undefined ? [] : [`${sign}${value}`];
}

function multiple(keywords: Keywords): string[] {
	const step = take(keywords, "multipleOf", isNumber);
	return step === undefined ? [] : [`multiple of ${step}`];
}
