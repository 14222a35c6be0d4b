/** Whether two entries are one server. Pure. */
import { isObject } from "../../base/objects.ts";
import { parseGroup } from "../../config/group.ts";
import { defaultSettings } from "../../config/schema.ts";

export type Entry = Readonly<Record<string, unknown>>;

/** What a server is, without how it is used: not its description, its timeouts, its tools, nor whether it is switched on. */
export interface Definition {
	readonly [field: string]: unknown;
}

/** Undefined for an entry that cannot be used. */
export function definitionOf(entry: unknown): Definition | undefined {
	const parsed = parseGroup("server", entry, { env: {}, home: "/", path: "/config.json", settings: defaultSettings });
	if (!("group" in parsed)) return undefined;
	const { written } = parsed.group;
	if (written.type === "stdio") {
		const { command, args, env, unsetEnv, envFile, cwd } = written;
		return { command, args, env, unsetEnv: [...unsetEnv].sort(), envFile, cwd };
	}
	const { url, headers, tls, oauthClientId, oauthGrant } = written;
	// Clients that leave the transport open and clients that name it mean one server.
	return { url, headers, tls, oauthClientId, oauthGrant };
}

export function isSame(one: Definition, other: Definition): boolean {
	return Bun.deepEquals(one, other);
}

/**
 * Whether an entry of ours is what has become of a client's: it may have a variable where the client has the text itself,
 * since that is what people are advised to do with secrets.
 */
export function isSameButForVariables(ours: unknown, theirs: unknown): boolean {
	if (typeof ours === "string" && typeof theirs === "string") return ours === theirs || stands(ours, theirs);
	if (Array.isArray(ours) && Array.isArray(theirs)) {
		return ours.length === theirs.length && ours.every((item, index) => isSameButForVariables(item, theirs[index]));
	}
	if (isObject(ours) && isObject(theirs)) {
		const keys = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
		return [...keys].every((key) => isSameButForVariables(ours[key], theirs[key]));
	}
	return ours === theirs;
}

const variable = /\$\{[^}]*\}/;

/** `Bearer ${TOKEN}` stands for any `Bearer …`, but not for another variable. */
function stands(ours: string, theirs: string): boolean {
	if (!variable.test(ours) || variable.test(theirs)) return false;
	return new RegExp(`^${ours.split(variable).map(RegExp.escape).join(".+")}$`, "s").test(theirs);
}

/**
 * Tells servers that one of our entries is, whatever it is called, be it with variables in the place of secrets. What is switched off here is
 * no more than what is switched off there.
 */
export function matcherFor(entries: readonly unknown[]): (server: { readonly entry: Entry }) => boolean {
	const ours = entries.flatMap((entry) => {
		const definition = definitionOf(entry);
		return definition === undefined ? [] : { definition, isOff: isOff(entry) };
	});
	return ({ entry }) => {
		const theirs = definitionOf(entry);
		if (theirs === undefined) return false;
		const isUseless = isOff(entry);
		return ours.some((own) => (isUseless || !own.isOff) && isSameButForVariables(own.definition, theirs));
	};
}

function isOff(entry: unknown): boolean {
	return isObject(entry) && entry["enabled"] === false;
}
