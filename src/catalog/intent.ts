/** What is done to a thing: made, destroyed, changed, or only looked at. Pure. */
import { stemOf } from "./words.ts";

export type Intent = "create" | "delete" | "update" | "read";

const verbs: Readonly<Record<Intent, string>> = {
	create: "add create insert make new post",
	delete: "clear delete destroy drop erase force kill purge remove trash uninstall",
	update: "change edit modify patch rename set update upgrade put",
	read: "count describe fetch find get list query read retrieve search show view lookup",
};

/** Of a stem that is such a verb. */
export type IntentOf = (stem: string) => Intent | undefined;

export function createIntents(): IntentOf {
	const byStem = new Map<string, Intent>();
	for (const intent of ["create", "delete", "update", "read"] as const) {
		for (const verb of verbs[intent].split(" ")) byStem.set(stemOf(verb), intent);
	}
	return (stem) => byStem.get(stem);
}

/** `other` when a tool does something else than what is wanted, `destroys` when nobody said that anything should be destroyed. */
export function mismatchOf(wanted: ReadonlySet<Intent>, done: ReadonlySet<Intent>): "none" | "other" | "destroys" {
	if (done.size === 0 || [...done].some((intent) => wanted.has(intent))) return "none";
	if (done.has("delete")) return "destroys";
	return wanted.size === 0 ? "none" : "other";
}
