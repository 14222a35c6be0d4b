/** A client's entry on its way to become ours, and what a client's own spelling of it is. */
import type { Draft } from "../../config/draft.ts";
import type { Machine, Place } from "../types.ts";
import type { TimeoutField } from "./timeouts.ts";
import type { Syntax } from "./variables.ts";

/** Fields are added and taken away until only ours are left. `warn` says what is left out, `refuse` what cannot be imported. */
export interface EntryDraft extends Draft {
	readonly lossy: string[];
	readonly todo: string[];
	/** Each begins with the field. */
	readonly problems: string[];
}

/** Where an entry is from. */
export interface Source {
	/** The client's name, for people. */
	readonly client: string;
	readonly name: string;
	readonly group: string;
	/** The whole file. */
	readonly document: unknown;
	readonly place: Place;
	readonly machine: Machine;
	/** What VS Code asks the person for: id and description. */
	readonly inputs: ReadonlyMap<string, string>;
}

/** What sets a client's entries apart from those of all others, which are understood anyway (see config/foreign-fields.ts). */
export interface Dialect {
	/** What is filled into texts. */
	readonly variables: readonly Syntax[];
	/** Where it is filled in: everywhere by default. */
	readonly fillsOnly?: (field: string) => boolean;
	/** Fields that hold a bare number; of others the unit is not known. */
	readonly timeouts?: Readonly<Record<string, TimeoutField>>;
	/** How a `url` is spoken to when no type is given; found out by default. */
	readonly untypedUrl?: "http" | "sse";
	/** With `"type": "http"` the client tries HTTP+SSE, too. */
	readonly httpFallsBack?: boolean;
	/** A leading `~/` in an argument is the home folder. */
	readonly hasHomeInArguments?: boolean;
	/** Why an entry is none of a server's, such as a client's own; undefined for one that is. */
	readonly skip?: (raw: Readonly<Record<string, unknown>>) => string | undefined;
	/** Turns what only this client has into what others have; texts are still as the client writes them. */
	readonly before?: (draft: EntryDraft, source: Source) => void;
	/** The same once texts are in our form: what is added here is not looked into for variables. */
	readonly after?: (draft: EntryDraft, source: Source) => void;
	/** Whether the server is switched off elsewhere in the file. */
	readonly isOff?: (source: Source) => boolean;
}

export function createDraft(raw: Readonly<Record<string, unknown>>): EntryDraft {
	const lossy: string[] = [];
	const problems: string[] = [];
	return {
		// A Map, because a key may be called `__proto__`. Nothing is what null says everywhere.
		fields: new Map(Object.entries(raw).filter(([, value]) => value !== null && value !== undefined)),
		lossy,
		todo: [],
		problems,
		warn: (field, why) => lossy.push(`${field}: left out; ${why}`),
		refuse: (field, why) => problems.push(`${field}: ${why}`),
	};
}

/** Takes the field out and returns what was in it. */
export function take({ fields }: EntryDraft, field: string): unknown {
	const value = fields.get(field);
	fields.delete(field);
	return value;
}
