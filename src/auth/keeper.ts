/** One server's sign-in, in memory and in the store: what other processes have done to it is seen by reading again. */
import { errorText } from "../base/errors.ts";
import type { StoredSignIn, Tokens, TokenStore } from "./types.ts";

export interface Keeper {
	/** As last read or written. */
	readonly current: StoredSignIn | undefined;
	/** Whether the store has been read at all. */
	readonly wasRead: boolean;
	/** What is there now. A store that cannot be read is told of, and changes nothing. */
	reread(): Promise<StoredSignIn | undefined>;
	/** Writes, then makes it current. When it cannot be written it is current all the same, and this rejects as the store does. */
	write(signIn: StoredSignIn): Promise<void>;
	remove(): Promise<void>;
}

export function createKeeper(resource: string, store: TokenStore, onTrouble: (what: string) => void): Keeper {
	let current: StoredSignIn | undefined;
	let wasRead = false;
	/** What is in memory is newer than what is in the store, which did not take it. */
	let isUnsaved = false;
	/** Said once, not with every request. */
	let told: string | undefined;

	async function write(signIn: StoredSignIn): Promise<void> {
		try {
			await store.write(signIn);
			isUnsaved = false;
		} catch (error) {
			isUnsaved = true;
			throw error;
		} finally {
			// Only now: tokens that are in use before they are kept are lost with the process.
			current = signIn;
			wasRead = true;
		}
	}

	return {
		get current() {
			return current;
		},
		get wasRead() {
			return wasRead;
		},
		async reread() {
			try {
				const found = await store.read(resource);
				wasRead = true;
				told = undefined;
				if (!isUnsaved || isNewer(found?.tokens, current?.tokens)) {
					current = found;
					isUnsaved = false;
				}
			} catch (error) {
				const problem = errorText(error);
				if (problem !== told) onTrouble(problem);
				told = problem;
			}
			return current;
		},
		write,
		async remove() {
			await store.remove(resource);
			current = undefined;
			isUnsaved = false;
			wasRead = true;
		},
	};
}

function isNewer(one: Tokens | undefined, other: Tokens | undefined): boolean {
	return (one?.obtainedAt ?? 0) > (other?.obtainedAt ?? 0);
}
