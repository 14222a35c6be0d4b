/** What is counted. Types only. */

export type Kind =
	/** The definitions of a group's tools, as a client would have them directly: once a session. `count` is how many tools. */
	| "direct"
	/** The client's own list of tools: once a session. */
	| "menu"
	/** What was shown of a group, or found by a search, for the first time in the session. */
	| "first"
	/** The same asked for again. */
	| "repeated"
	/** What tools have answered. */
	| "result";

/** One kind of text of one group. */
export interface Counted {
	readonly kind: Kind;
	/** Of the group; empty for what belongs to none: the menu, and searches in all groups. */
	readonly name: string;
	readonly count: number;
	/** Of their JSON text, in UTF-16 code units; of very long ones, in bytes. */
	readonly characters: number;
	/** How many of `count` hold pictures or sound, whose length says nothing and is not in `characters`. */
	readonly media: number;
}

/** What is being added up: one number each, so that adding costs next to nothing. */
export interface Cell {
	count: number;
	characters: number;
	media: number;
}

/** What one session's client is given to read. */
export interface Tally {
	/** The client's own list has been given, of this length. */
	listed(characters: number): void;
	/** Where the answer to this is to be added: `group` is undefined for a search in all, `query` for all tools of a group. */
	discovery(group: string | undefined, query: string | undefined): Cell;
	/** Where what a tool of the group answers is to be added. */
	result(group: string): Cell;
	/** The client has gone: nothing more is added. */
	end(): void;
}
