/** Config entries for the servers that tests put behind the proxy. */
import { resolve } from "node:path";

export interface ServerEntry {
	description: string;
	command: string;
	args: string[];
	env?: Record<string, string>;
	[more: string]: unknown;
}

/** The file names in `test/fixtures/servers`. */
export type FixtureName =
	| "counts-starts"
	| "crashes-at-start"
	| "crashes-every-nth-call"
	| "crashes-once"
	| "deaf"
	| "dies-on-call"
	| "echo"
	| "error-reply"
	| "fails-first-starts"
	| "gives-files"
	| "bad-utf8"
	| "huge-line"
	| "ignores-sigterm"
	| "leaves-grandchild"
	| "list-changed"
	| "many-notifications"
	| "never-initializes"
	| "old-version"
	| "paged"
	| "pings"
	| "prints-banner"
	| "progress"
	| "slow"
	| "tools-list-error"
	| "weird-version"
	| "whole-protocol";

/** A fixture server; `more` adds or replaces fields of the entry, and its `args` come after the file. */
export function fixture(name: FixtureName, more: Record<string, unknown> & { args?: string[] } = {}): ServerEntry {
	const file = resolve(import.meta.dir, `../fixtures/servers/${name}.ts`);
	return {
		description: `The ${name} server`,
		command: process.execPath,
		...more,
		args: [file, ...(more.args ?? [])],
	};
}

/** One of the servers of the protocol's authors, with its command line arguments. */
export function officialServer(name: "everything" | "filesystem" | "memory", ...args: string[]): ServerEntry {
	const file = resolve(import.meta.dir, `../../node_modules/@modelcontextprotocol/server-${name}/dist/index.js`);
	return { description: `The official ${name} server`, command: process.execPath, args: [file, ...args] };
}
