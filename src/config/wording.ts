/** What is in a config file, and how to put it: which field, what was found, what was probably meant. Pure. */
import { nearest } from "../base/nearest.ts";

/** `mcpServers.git.args[1]`; a key that is not a plain word is quoted: `mcpServers["my server"]`. */
export function fieldPath(...keys: readonly (string | number)[]): string {
	return keys
		.map((key, index) => {
			if (typeof key === "number") return `[${key}]`;
			if (!/^[\w$-]+$/.test(key)) return `[${JSON.stringify(key)}]`;
			return index === 0 ? key : `.${key}`;
		})
		.join("");
}

/** What a value is, without showing it: safe for fields that may hold a secret. */
export function kindOf(value: unknown): string {
	if (value === null) return "null";
	if (Array.isArray(value)) return "a list";
	return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** The value itself and its type, as in `"8080" (string)`. Only for fields that never hold a secret. */
export function show(value: unknown): string {
	if (typeof value === "string") {
		return `${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)} (string)`;
	}
	return typeof value === "number" || typeof value === "boolean" ? `${value} (${typeof value})` : kindOf(value);
}

/** `did you mean "command"?`, or the list of what is allowed when none of `known` is near. */
export function suggest(wanted: string, allowed: readonly string[], known: readonly string[] = allowed): string {
	const [best] = nearest(wanted, known, 1);
	return best === undefined ? `allowed are ${allowed.join(", ")}` : `did you mean ${JSON.stringify(best)}?`;
}
