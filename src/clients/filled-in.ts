/** Which variables somebody has to set for a config to work. Pure. */
import { isObject } from "../base/objects.ts";

/** Every client passes these on. */
const passedOn = new Set(
	"HOME PATH USER SHELL TERM LOGNAME LANG USERPROFILE APPDATA LOCALAPPDATA TEMP TMP USERNAME".split(" "),
);

/** Names of the variables that entries of our config fill in, in their order, without those that are there in any case. */
export function filledIn(entries: readonly unknown[]): string[] {
	const used = entries.filter((entry) => !isObject(entry) || entry["enabled"] !== false);
	return [...new Set(namesIn(JSON.stringify(used)))].filter((name) => !passedOn.has(name));
}

/** A default may have references itself; what follows `$$` is none. */
function namesIn(text: string): string[] {
	const references = text.matchAll(/(\$?)\$\{(?:env:)?([A-Za-z_]\w*)(?::-((?:\$\{[^{}]*\}|[^}])*))?\}/g);
	return Array.from(references, ([, escape, name = "", fallback = ""]) =>
		escape === "" ? [name, ...namesIn(fallback)] : [],
	).flat();
}
