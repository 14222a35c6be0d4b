/** Where sign-ins are kept: in the system's keychain where it works, else in files. */
import { join } from "node:path";

import { type Clock, systemClock } from "../base/clock.ts";
import { UserError } from "../base/errors.ts";
import { takeLock } from "../base/lock.ts";
import { createFileStore } from "./file-store.ts";
import { createKeychainStore, KeychainError, type Secrets } from "./keychain-store.ts";
import { type Kept, recordName } from "./record.ts";
import { createTurns } from "./turns.ts";
import type { StoredSignIn, TokenStore } from "./types.ts";

export interface TokenStoreOptions {
	/**
	 * `auto`: the keychain where it works, else files. What is in a file comes to the keychain when it is next written.
	 * `keychain`: the same, but nothing is written to a file, and no work begins whose outcome could not be kept.
	 * `file`: the keychain is asked for nothing; it only has to forget what it has.
	 */
	readonly kind: "auto" | "keychain" | "file";
	/** Absolute: the person's home. */
	readonly home: string;
	/** Told what goes wrong and costs nothing but itself, each thing once. */
	readonly onProblem: (text: string) => void;
	readonly clock?: Clock;
	/** Milliseconds since 1970. */
	readonly now?: () => number;
	readonly secrets?: Secrets;
	readonly platform?: NodeJS.Platform;
}

/** In `auto`, a keychain that has failed is left in peace for so long: it may ask its owner each time. */
const restMs = 5 * 60 * 1000;

/** Nothing is touched before it is used. */
export function openTokenStore(options: TokenStoreOptions): TokenStore {
	const { kind, home, onProblem, clock = systemClock, now = Date.now } = options;
	const { secrets = Bun.secrets, platform = process.platform } = options;
	const files = createFileStore(signInsDirectory(home), tell);
	const keychain = createKeychainStore({ secrets, clock, platform, restMs: kind === "auto" ? restMs : 0 });
	const told = new Set<string>();
	const turns = createTurns();
	let lastChange: Promise<unknown> = Promise.resolve();

	function tell(text: string): void {
		if (!told.has(text)) onProblem(text);
		told.add(text);
	}

	async function read(resource: string): Promise<StoredSignIn | undefined> {
		const inFile = await files.read(resource);
		// A person who has nothing in the keychain is not asked to unlock it.
		if (kind === "file" || !(await files.isInKeychain(resource))) return inFile?.signIn;
		const inKeychain = await orNone(keychain.read(resource).then((kept) => ({ kept })));
		if (inKeychain !== undefined && inKeychain.kept === undefined && inFile === undefined) {
			tell(`the keychain does not give back the sign-in for ${resource}: it may be locked`);
		}
		return later(inFile, inKeychain?.kept)?.signIn;
	}

	/** In `auto`, a keychain that does not work counts as empty. */
	async function orNone<T>(answer: Promise<T>): Promise<T | undefined> {
		try {
			return await answer;
		} catch (error) {
			if (!(error instanceof KeychainError)) throw error;
			if (kind === "keychain") throw unusable(error);
			tellOf(error, "sign-ins");
			return undefined;
		}
	}

	function tellOf(error: KeychainError, what: string): void {
		tell(
			`the keychain cannot be used: ${error.message}. So ${what} can only be kept in files, in ${files.folder.path}`,
		);
	}

	async function writeNow(signIn: StoredSignIn): Promise<void> {
		const { resource } = signIn;
		const inFile = await files.read(resource);
		if (kind === "file") return files.write(follow(signIn, inFile));
		const inKeychain = await orNone(keychain.read(resource).then((kept) => ({ kept })));
		const kept = follow(signIn, later(inFile, inKeychain?.kept));
		if (inKeychain !== undefined && (await writeToKeychain(kept))) await files.remove(resource);
		else await files.write(kept);
	}

	/** The later one is what counts, also when the clock was set back. */
	function follow(signIn: StoredSignIn, before: Kept | undefined): Kept {
		return { savedAt: Math.max(now(), (before?.savedAt ?? 0) + 1), signIn };
	}

	/** False when it is to be kept in a file. */
	async function writeToKeychain(kept: Kept): Promise<boolean> {
		const { resource } = kept.signIn;
		const wasThere = await files.isInKeychain(resource);
		// Before it is so: what is in the keychain and not known to be can never be forgotten.
		if (!wasThere) await files.markInKeychain(resource);
		try {
			await keychain.write(kept);
			return true;
		} catch (error) {
			if (!(error instanceof KeychainError)) throw error;
			if (!wasThere && error.reason !== "silent") await files.unmarkInKeychain(resource);
			if (kind === "keychain") throw unusable(error);
			tellOf(error, error.reason === "size" ? `the sign-in for ${resource}` : "sign-ins");
			return false;
		}
	}

	async function removeNow(resource: string): Promise<void> {
		await files.remove(resource);
		if (!(await files.isInKeychain(resource))) return;
		try {
			await keychain.remove(resource);
		} catch (error) {
			if (!(error instanceof KeychainError)) throw error;
			throw new UserError(
				`the sign-in for ${resource} may still be in the keychain, which cannot be used: ${error.message}`,
				{
					hint: 'Unlock it and try again, or remove what it has under "dynamic-mcp".',
					cause: error,
				},
			);
		}
		await files.unmarkInKeychain(resource);
	}

	async function list(): Promise<readonly StoredSignIn[]> {
		const found: StoredSignIn[] = [];
		for (const resource of await files.resources()) {
			const signIn = await read(resource);
			if (signIn !== undefined) found.push(signIn);
		}
		return found;
	}

	/** In the order of the calls, so that the last one counts. */
	function change(work: () => Promise<void>): Promise<void> {
		const done = lastChange.then(work);
		lastChange = done.catch(() => {});
		return done;
	}

	async function locked<T>(
		resource: string,
		purpose: "refresh" | "sign-in",
		signal: AbortSignal,
		work: () => Promise<T>,
	): Promise<T> {
		const name = `${recordName(resource)}.${purpose}.lock`;
		const endTurn = await turns.take(name, signal);
		try {
			// Without a place for what comes of it, the work would spend a refresh token for nothing.
			await files.folder.prepare();
			if (kind === "keychain") await orNone(keychain.check());
			const lock = await takeLock(join(files.folder.path, name), clock, signal);
			try {
				return await work();
			} finally {
				lock.release();
			}
		} finally {
			endTurn();
		}
	}

	return {
		read,
		write: (signIn) => change(() => writeNow(signIn)),
		remove: (resource) => change(() => removeNow(resource)),
		list,
		locked,
	};
}

/** Where the files are; an earlier version had its own there, named after groups. */
export function signInsDirectory(home: string): string {
	return join(home, ".dynamic-mcp", "oauth-servers");
}

function later(a: Kept | undefined, b: Kept | undefined): Kept | undefined {
	return a === undefined || (b !== undefined && b.savedAt > a.savedAt) ? b : a;
}

function unusable(cause: KeychainError): UserError {
	const choice = 'set "tokenStore": "file" in the settings to keep sign-ins in files';
	return cause.reason === "size"
		? new UserError(`the keychain cannot keep the sign-in: ${cause.message}`, { hint: `To go on, ${choice}.`, cause })
		: new UserError(`the keychain cannot be used: ${cause.message}`, {
				hint: `Unlock it and try again, or ${choice}.`,
				cause,
			});
}
