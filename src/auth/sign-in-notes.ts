/** Notes by which the processes of one person know of each other's sign-ins that wait for that person. */
import { readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

import { errorText, UserError } from "../base/errors.ts";
import { writeFileAtomically } from "../base/files.ts";
import { isObject, parseJson } from "../base/objects.ts";
import { isRunning } from "../base/processes.ts";

export interface SignInNote {
	/** Of this one sign-in. */
	readonly id: string;
	readonly resource: string;
	/** Where the person signs in. */
	readonly url: string;
	/** Where the browser comes back to. */
	readonly redirectUri: string;
	readonly isBrowserOpened: boolean;
	/** Milliseconds since 1970. */
	readonly until: number;
	/** What `markOf` made of the tokens that were there before. */
	readonly before: string;
}

export interface SignInNotes {
	/** The sign-in that a living process waits for; undefined when there is none. */
	read(resource: string): Promise<SignInNote | undefined>;
	/** As of this process. Only who has the store's lock for signing in writes one. Throws `UserError` when that is not possible. */
	write(note: SignInNote): Promise<void>;
	/** Nothing when it is no longer this one. */
	remove(note: SignInNote): Promise<void>;
}

export interface NotesOptions {
	/** Absolute; it is the person's alone. */
	readonly folder: string;
	/** Milliseconds since 1970. */
	readonly now: () => number;
	readonly pid?: number;
	readonly host?: string;
}

export function createSignInNotes({ folder, now, pid = process.pid, host = hostname() }: NotesOptions): SignInNotes {
	const pathOf = (resource: string) => join(folder, `${hash(resource)}.waiting.json`);

	async function kept(resource: string) {
		return parseNote(await readFile(pathOf(resource), "utf8").catch(() => ""));
	}

	async function read(resource: string): Promise<SignInNote | undefined> {
		const found = await kept(resource);
		// On another machine is another browser; and whether its processes live cannot be seen from here.
		if (found === undefined || found.host !== host || !isRunning(found.pid)) return undefined;
		return found.note.resource === resource && found.note.until > now() ? found.note : undefined;
	}

	async function remove({ resource, id }: SignInNote): Promise<void> {
		// What cannot be removed is worth nothing once this process has ended, or its time is over.
		if ((await kept(resource))?.note.id === id) await rm(pathOf(resource), { force: true }).catch(() => {});
	}

	return {
		read,
		async write(note) {
			// Lasting for the sake of its mode: with a strict umask no other process could read it.
			const how = { mode: 0o600, isLasting: true };
			try {
				await writeFileAtomically(pathOf(note.resource), JSON.stringify({ ...note, pid, host }), how);
			} catch (cause) {
				const found = errorText(cause);
				throw new UserError(`the folder for sign-ins, ${folder}, cannot be written to: ${found}`, {
					hint: "See that it and its disk can be written to by you, then try again.",
					cause,
				});
			}
		},
		remove,
	};
}

/** By which tokens can be told from others without knowing them. */
export function markOf(accessToken: string | undefined): string {
	return accessToken === undefined ? "" : hash(accessToken);
}

function hash(text: string): string {
	return new Bun.CryptoHasher("sha256").update(text).digest("hex").slice(0, 32);
}

function parseNote(text: string): { note: SignInNote; pid: number; host: string } | undefined {
	const value = parseJson(text);
	// A broken note is as good as none.
	if (!isObject(value)) return undefined;
	const { id, resource, url, redirectUri, before, isBrowserOpened, until, pid, host } = value;
	if (typeof id !== "string" || typeof resource !== "string" || typeof url !== "string") return undefined;
	if (typeof redirectUri !== "string" || typeof before !== "string" || typeof host !== "string") return undefined;
	if (typeof isBrowserOpened !== "boolean" || typeof until !== "number" || typeof pid !== "number") return undefined;
	return { note: { id, resource, url, redirectUri, before, isBrowserOpened, until }, pid, host };
}
