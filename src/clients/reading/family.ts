/** What all clients have in common: a file with servers by name, each read by the same steps. A client says what it does otherwise. */
import { UserError } from "../../base/errors.ts";
import { isObject, valueAt as ownValueAt } from "../../base/objects.ts";
import { fieldPath, kindOf } from "../../config/wording.ts";
import type { Client, Place } from "../types.ts";
import type { Dialect } from "./draft.ts";
import { readEntry } from "./entry.ts";
import { type Folders, foldersOf } from "./folders.ts";
import { groupNames } from "./names.ts";

export type NamedEntry = readonly [name: string, raw: unknown];

export interface Definition extends Pick<Client, "id" | "title"> {
	readonly aliases?: readonly string[];
	/** Within a scope, what counts most comes first. */
	readonly places: (folders: Folders) => readonly Place[];
	/** Where the servers are in a document. A list counts where the place has no keys of its own. */
	readonly keys: readonly string[] | ((document: unknown, place: Place) => readonly string[]);
	/** How its entries are written, which may depend on the file. */
	readonly dialect: Dialect | ((document: unknown, place: Place) => Dialect);
	/** The entries, where they are not simply those that the keys lead to. */
	readonly entries?: (document: unknown, keys: readonly string[], place: Place) => readonly NamedEntry[];
	/** What the person is asked for: id and description. */
	readonly inputs?: (document: unknown) => ReadonlyMap<string, string>;
}

export function defineClient(definition: Definition): Client {
	const { id, title, aliases = [], places, dialect } = definition;
	const keys = (document: unknown, place: Place): readonly string[] => {
		if (typeof definition.keys === "function") return definition.keys(document, place);
		return place.keys ?? definition.keys;
	};
	return {
		id,
		title,
		aliases,
		places: (machine) => places(foldersOf(machine)),
		keys,
		read(document, place, machine) {
			if (document === undefined) return [];
			if (!isObject(document)) {
				throw new UserError(`${place.path}: expected an object, found ${kindOf(document)}`, {
					hint: `Correct the file, or let ${title} write it anew.`,
				});
			}
			const entries = (definition.entries ?? entriesAt)(document, keys(document, place), place);
			const groups = groupNames(entries.map(([name]) => name));
			const inputs = definition.inputs?.(document) ?? new Map<string, string>();
			const chosen = typeof dialect === "function" ? dialect(document, place) : dialect;
			return entries.map(([name, raw], index) =>
				readEntry(raw, chosen, { client: title, name, group: groups[index] ?? name, document, place, machine, inputs }),
			);
		},
	};
}

/** What the keys lead to; undefined where the way ends before. Throws a `UserError` for something else than an object on the way. */
export function valueAt(document: unknown, keys: readonly string[], place: Place): unknown {
	let value = document;
	for (const [index, key] of keys.entries()) {
		if (!isObject(value)) throw wrongShape(keys.slice(0, index), "an object", value, place);
		if (!Object.hasOwn(value, key) || value[key] === null) return undefined;
		value = value[key];
	}
	return value;
}

/** The servers by name, in the order of the file. */
export function entriesAt(document: unknown, keys: readonly string[], place: Place): NamedEntry[] {
	const servers = valueAt(document, keys, place);
	if (servers === undefined) return [];
	if (!isObject(servers)) throw wrongShape(keys, "an object", servers, place);
	return Object.entries(servers);
}

export function wrongShape(keys: readonly string[], expected: string, found: unknown, place: Place): UserError {
	const at = keys.length === 0 ? "" : `${fieldPath(...keys)}: `;
	return new UserError(`${place.path}: ${at}expected ${expected}, found ${kindOf(found)}`);
}

/** The names in a list of the document; empty for what is none. */
export function namesAt(document: unknown, ...keys: readonly string[]): ReadonlySet<string> {
	const value = ownValueAt(document, keys);
	return new Set(Array.isArray(value) ? value.filter((name) => typeof name === "string") : []);
}
