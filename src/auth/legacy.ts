/**
 * Sign-ins of dynamic-mcp 1.x: a file for each group, named after it, with tokens and their expiry and nothing else. The
 * group may have another address by now, so such a file is used only if the access token itself says that it is for
 * the server of today.
 */
import { lstat, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

import { hasCode } from "../base/errors.ts";
import { readKey } from "./addresses.ts";
import { readLegacySignIn } from "./legacy-format.ts";
import { loosenessOf } from "./permissions.ts";
import { signInsDirectory } from "./token-store.ts";
import type { TokenStore } from "./types.ts";

export interface LegacyOptions {
	/** Absolute: the person's home. */
	readonly home: string;
	/** The group's name in the config. */
	readonly group: string;
	/** As in `StoredSignIn`. */
	readonly resource: string;
	/** `oauth_client_id`; the earlier version signed in nowhere without one. */
	readonly clientId: string | undefined;
	readonly store: TokenStore;
	readonly signal: AbortSignal;
	/** Told why a file that is there is not used, and what to do. */
	readonly onProblem: (text: string) => void;
}

const maxBytes = 2 ** 20;

/**
 * Moves the group's file over to the store: true then. Not when the store has tokens for the server, and not when the file is
 * not provably for this server and client; it is left as it is then. Is to be called once, before a person is asked to
 * sign in. Takes the lock for refreshing itself, so that nothing newer is ever written over. Throws as the store does.
 */
export async function adoptLegacy(options: LegacyOptions): Promise<boolean> {
	const { home, group, store, resource, signal } = options;
	// Such a name leads out of the folder, and no group of the earlier version worked with it.
	if (group === "" || /[/\\\0]/.test(group)) return false;
	const path = join(signInsDirectory(home), `${group}.json`);
	if (!(await isThere(path)) || (await hasTokens(options))) return false;
	return store.locked(resource, "refresh", signal, async () => {
		// Another process may have moved it over meanwhile, and renewed it.
		if (!(await isThere(path)) || (await hasTokens(options))) return false;
		return adopt(path, options);
	});
}

async function adopt(path: string, { resource, clientId, store, onProblem }: LegacyOptions): Promise<boolean> {
	const looked = await look(path);
	const { serverUrl } = readKey(resource);
	const needs = { resource: serverUrl, clientId, now: Date.now() };
	const read = "text" in looked ? readLegacySignIn(looked.text, needs) : looked;
	if (read === undefined) return false;
	if ("problem" in read) {
		onProblem(
			`the sign-in of an earlier version in ${path} is not used, as ${read.problem}. Sign in anew; the file can be removed`,
		);
		return false;
	}
	await store.write({ ...read.signIn, resource });
	// Its tokens are of no use to the earlier version either once they have been renewed.
	await rm(path, { force: true }).catch(() => {
		onProblem(`the sign-in in ${path} has been moved, but the file cannot be removed: please remove it`);
	});
	return true;
}

/** The earlier version made its files such that others can read them, but not such that they can change them. */
async function look(path: string): Promise<{ readonly text: string } | { readonly problem: string }> {
	const facts = await lstat(path);
	if (!facts.isFile() || facts.size > maxBytes) return { problem: "it is no file of that kind" };
	const looseness = loosenessOf("file", path, facts, process.getuid?.());
	if (looseness !== undefined && !looseness.isReadableOnly) return { problem: "others can change it, or own it" };
	return { text: await readFile(path, "utf8") };
}

async function hasTokens({ store, resource }: LegacyOptions): Promise<boolean> {
	return (await store.read(resource))?.tokens !== undefined;
}

async function isThere(path: string): Promise<boolean> {
	try {
		await lstat(path);
		return true;
	} catch (error) {
		if (["ENOENT", "ENOTDIR", "EACCES"].some((code) => hasCode(error, code))) return false;
		throw error;
	}
}
