/** The words of other MCP clients' configs: where they are, what is in them, and what becomes of it here. */

export type Platform = "darwin" | "linux" | "win32";

/** Whose configs are looked for, and from where. */
export interface Machine {
	readonly platform: Platform;
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Absolute. */
	readonly home: string;
	/** The folder whose project files count, without symbolic links. Absolute. */
	readonly project: string;
}

export type Scope = "global" | "project";
/** `shell` is Crush's `crushrc`, a script: it is looked into, but never run nor written. */
export type Format = "json" | "toml" | "yaml" | "shell";

/** A file in which a client may have servers, whether it is there or not. */
export interface Place {
	/** Absolute, in the platform's own spelling. */
	readonly path: string;
	readonly scope: Scope;
	/** `json` allows comments and trailing commas. */
	readonly format: Format;
	/** What sets it apart from the client's other places, as in "local scope" or "before 2026"; read as well as the others. */
	readonly note?: string;
	/** It is read, but nothing is written there: the client itself prefers another place now, or there is nothing of ours to write. */
	readonly isReadOnly?: boolean;
	/** The path has a `*` in it, for a name: every file that it fits is such a place. Never written. */
	readonly isPattern?: boolean;
	/** Fixed keys from the outermost object to the servers, where the place says so (Claude Code's local scope). */
	readonly keys?: readonly string[];
}

/** A secret that stands in an entry in clear text. */
export interface FoundSecret {
	/** As in `env.API_KEY`, `headers.Authorization`, `args[3]` of the entry as ours. */
	readonly field: string;
	/** A name for a variable to move it to, as in `GITHUB_TOKEN`. */
	readonly variable: string;
}

/** What becomes of one server of a client's. */
export type ReadServer = {
	/** As the client has it. */
	readonly name: string;
	/** As the group is to be called: `[a-z0-9-]`, 24 characters at most. */
	readonly group: string;
} & (
	| {
			readonly kind: "imported";
			/** In our config's format, and valid there; only fields that say something. */
			readonly entry: Readonly<Record<string, unknown>>;
			/** What the client's entry says and ours cannot: one sentence each, naming the field. No values that may be secret. */
			readonly lossy: readonly string[];
			/** What the person has to do for it to work, as in "set the variable GITHUB_TOKEN: GitHub Personal Access Token". */
			readonly todo: readonly string[];
			readonly secrets: readonly FoundSecret[];
	  }
	/** Not to be imported, which is no fault: ourselves, a client's built-in. */
	| { readonly kind: "skipped"; readonly reason: string }
	/** Cannot be imported as it is. */
	| { readonly kind: "failed"; readonly reason: string }
);

/** This program, as a client is to start it. */
export interface OurProgram {
	/** Absolute, without symbolic links that an upgrade would break. */
	readonly command: string;
	/** Of the config, when it is not the usual one. */
	readonly args: readonly string[];
	/** Names of variables that the config fills in: some clients pass on only what their entry names. */
	readonly variables?: readonly string[];
}

/** A client whose config we know. Pure: it is given what was read, and says what is to be written. */
export interface Client {
	/** As in `dynamic-mcp import <id>`. */
	readonly id: string;
	/** As its makers write it. */
	readonly title: string;
	/** Other spellings of the id that people use. */
	readonly aliases: readonly string[];
	/** Where its servers may be: within a scope, what counts most comes first. */
	places(machine: Machine): readonly Place[];
	/**
	 * Where the servers are in such a file's document, or are to be put when there are none: keys from the outermost object.
	 * What is there is an object by name, or a list of objects with a `name` (Continue).
	 */
	keys(document: unknown, place: Place): readonly string[];
	/** Every server in the document, in its order; none for a document without any. Throws `UserError` for one of the wrong shape. */
	read(document: unknown, place: Place, machine: Machine): readonly ReadServer[];
}
