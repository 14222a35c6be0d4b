/** Puts imported servers into the text of a config. Pure. */
import { UserError } from "../../base/errors.ts";
import { isObject } from "../../base/objects.ts";
import { parseDocument } from "../../clients/document.ts";
import { setEntry } from "../../clients/edit/edit.ts";
import { type Config, parseConfig } from "../../config/load.ts";
import type { Entry } from "./same.ts";

/** Where editors find the schema of the config. */
const schemaAddress = "https://raw.githubusercontent.com/asyrjasalo/dynamic-mcp/main/docs/config.schema.json";

export interface NewEntry {
	readonly name: string;
	readonly entry: Entry;
}

interface Surroundings {
	readonly path: string;
	readonly home: string;
}

/** A text without anything in it is no config yet. */
export function isBlank(text: string | undefined): boolean {
	return text === undefined || text.replace(/^\uFEFF/, "").trim() === "";
}

/** `undefined` for a new one. Throws `UserError` for one that would not load, but for want of servers. */
export function entriesOf(text: string | undefined, at: Surroundings): Readonly<Record<string, unknown>> {
	if (text === undefined || isBlank(text)) return {};
	if (isWithoutServers(text)) {
		// The rest of it must load all the same.
		check(withEntries(text, [{ name: "any", entry: { command: "any" } }]), at);
		return {};
	}
	check(text, at);
	const { mcpServers } = Bun.JSONC.parse(text.replace(/^\uFEFF/, "")) as { mcpServers: Record<string, unknown> };
	return mcpServers;
}

/** Nothing but comments, or an object with nothing in it that could be meant for servers. */
function isWithoutServers(text: string): boolean {
	const document = parseDocument(text, "json");
	if ("problem" in document) return false;
	const { value } = document;
	if (value === undefined) return true;
	return isObject(value) && Object.keys(value).every((key) => key === "$schema" || key === "settings");
}

/** The config with these servers behind those it has; what else is in it stays as it is. */
export function withEntries(text: string | undefined, added: readonly NewEntry[]): string {
	const empty = `{\n  "$schema": ${JSON.stringify(schemaAddress)},\n  "mcpServers": {}\n}\n`;
	const first = text === undefined || isBlank(text) ? empty : text;
	return added.reduce((edited, { name, entry }) => setEntry(edited, "json", ["mcpServers"], name, entry), first);
}

/** Throws `UserError` when the text is no config that loads. */
export function check(text: string, { path, home }: Surroundings): Config {
	try {
		return parseConfig(text, { path, env: {}, home });
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
		throw new UserError(`nothing was written, because ${error.message}`, {
			cause: error,
			hint: "Mend it, or write a new one by dynamic-mcp import --force: the old one is kept in ~/.dynamic-mcp/backups.",
		});
	}
}

/** Whether somebody else who reads it would learn a secret. References to variables are none. */
export function hasSecrets(text: string, at: Surroundings): boolean {
	return check(text, at).secrets().length > 0;
}
