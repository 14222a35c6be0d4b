/** Files that need no key around the servers. Pure. */
import { isObject } from "../../base/objects.ts";
import type { Place } from "../types.ts";
import { entriesAt, type NamedEntry } from "./family.ts";

/** The first of `roots` that is there; none for a file that has nothing but servers. */
export function rootOf(document: unknown, roots: readonly [string, ...string[]]): readonly string[] {
	if (!isObject(document)) return [roots[0]];
	const root = roots.find((each) => Object.hasOwn(document, each));
	if (root !== undefined) return [root];
	return Object.values(document).some(isServer) ? [] : [roots[0]];
}

function isServer(value: unknown): boolean {
	return (
		isObject(value) && ["command", "url", "httpUrl", "serverUrl"].some((field) => typeof value[field] === "string")
	);
}

/** Beside bare servers may stand what is for editors, as in `$schema`. */
export function bareEntries(document: unknown, keys: readonly string[], place: Place): readonly NamedEntry[] {
	return entriesAt(document, keys, place).filter(([name]) => keys.length > 0 || !name.startsWith("$"));
}
