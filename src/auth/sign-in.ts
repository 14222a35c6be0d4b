/** Has a person sign in: one at a time for a resource, whoever asks, in this process or in another one. */
import { abortable } from "../base/abortable.ts";
import { after, type Clock } from "../base/clock.ts";
import { UserError } from "../base/errors.ts";
import type { Authorizer } from "../protocol/authorizer.ts";
import { type Ending, openCallback } from "./callback.ts";
import { readPasted } from "./pasted.ts";
import { markOf, type SignInNote, type SignInNotes } from "./sign-in-notes.ts";
import type { PreparedSignIn, TokenStore } from "./types.ts";

/** A sign-in that waits for a person. */
export interface SignIn {
	/** Where the person signs in. */
	readonly url: string;
	/** Whether a browser shows it already. */
	readonly isBrowserOpened: boolean;
	/** Where the browser comes back to. */
	readonly redirectUri: string;
	/** True when tokens are there; false when it has ended without. */
	readonly done: Promise<boolean>;
	/** The same, with the reason. Never rejects. */
	readonly ending: Promise<Ending>;
}

export interface SignIns {
	/**
	 * The sign-in that waits, else a new one. Undefined when none is needed any more, because another process has seen to it. Rejects
	 * with the signal's reason, which ends the waiting of this caller only; throws `UserError` when there is no way to sign in.
	 * `isShown`: no browser is opened for a new one, because the caller shows the address.
	 */
	begin(signal: AbortSignal, isShown?: boolean): Promise<SignIn | undefined>;
	/** The address that the browser was sent to. Throws `UserError` when it is not the address of the sign-in that waits. */
	paste(text: string): Promise<void>;
	/** Ends what waits in this process, for good. */
	close(): Promise<void>;
}

export interface SignInParts {
	/** What is signed in to, for people. */
	readonly name: string;
	/** As in `StoredSignIn`. */
	readonly resource: string;
	readonly redirectPort: number | undefined;
	readonly authorizer: Pick<Authorizer, "authorization"> & {
		readonly isSignInNeeded: boolean;
		/** Called with the store's lock for signing in. */
		prepare(redirectUri: string, signal: AbortSignal): Promise<PreparedSignIn>;
	};
	readonly store: Pick<TokenStore, "read" | "locked">;
	readonly notes: SignInNotes;
	/** True when a browser has taken the address. */
	readonly openBrowser: (url: string) => Promise<boolean>;
	readonly clock: Clock;
	/** Milliseconds since 1970. */
	readonly now: () => number;
	/** Told of what is a fault of ours. */
	readonly onFault: (error: unknown) => void;
}

/** For one person to find a password and a second factor. */
const limitMs = 5 * 60 * 1000;

/** How often it is looked whether another process's sign-in has ended. */
const lookMs = 500;

export function createSignIns(parts: SignInParts): SignIns {
	const { name, resource, redirectPort, authorizer, store, notes, openBrowser, clock, now, onFault } = parts;
	const closing = new AbortController();
	let current: Promise<SignIn | undefined> | undefined;
	/** The current one has come to nothing, and is being tidied up. */
	let isLost = false;

	async function begin(signal: AbortSignal, isShown = false): Promise<SignIn | undefined> {
		closing.signal.throwIfAborted();
		// Whoever asks after the person has learned of the end asks for another one.
		if (isLost) await abortable(endOf(current), signal);
		current ??= forget(start(isShown));
		return abortable(current, signal);
	}

	async function endOf(signIn: typeof current): Promise<void> {
		await (
			await signIn
		)?.ending;
	}

	/** Where none has come about, the next one is asked for anew. */
	function forget(started: Promise<SignIn | undefined>): Promise<SignIn | undefined> {
		const clear = () => {
			current = undefined;
		};
		started.then((signIn) => signIn ?? clear(), clear);
		return started;
	}

	/** Once it has ended, the next one is a new one: at the latest when anybody learns of the end. */
	function signInOf({ url, isBrowserOpened, redirectUri }: SignInNote, ended: Promise<Ending>): SignIn {
		const ending = ended.finally(() => {
			current = undefined;
			isLost = false;
		});
		return { url, isBrowserOpened, redirectUri, ending, done: ending.then(({ kind }) => kind === "signed-in") };
	}

	/** The lock is held until a note says what is under way, not until the person is done. */
	async function start(isShown: boolean): Promise<SignIn | undefined> {
		const wasNeeded = authorizer.isSignInNeeded;
		return store.locked(resource, "sign-in", closing.signal, async () => {
			const other = await notes.read(resource);
			if (other !== undefined) return signInOf(other, follow(other));
			// Whoever had the lock, or has just ended, may have been faster.
			if (wasNeeded && !(await isStillNeeded())) return undefined;
			return lead(isShown);
		});
	}

	async function isStillNeeded(): Promise<boolean> {
		await authorizer.authorization(closing.signal);
		return authorizer.isSignInNeeded;
	}

	async function lead(isShown: boolean): Promise<SignIn> {
		const { promise: ended, resolve } = Promise.withResolvers<Ending>();
		const end = (ending: Ending) => {
			isLost = ending.kind !== "signed-in";
			resolve(ending);
		};
		const limit = new AbortController();
		const signal = AbortSignal.any([limit.signal, closing.signal]);
		const giveUp = () => end({ kind: "failed", reason: explain(signal.reason) });
		signal.addEventListener("abort", giveUp, { once: true });
		const until = now() + limitMs;
		const callOff = clock.after(limitMs, () => limit.abort(new UserError("nobody has signed in within 5 minutes")));
		const callback = openCallback({ port: redirectPort, name, clock });

		async function cleanUp(): Promise<void> {
			callOff();
			signal.removeEventListener("abort", giveUp);
			await callback.close();
		}

		try {
			const before = markOf((await store.read(resource))?.tokens?.accessToken);
			const { redirectUri } = callback;
			const prepared = await authorizer.prepare(redirectUri, signal);
			callback.expect(prepared.state, async (brought) => {
				const ending = await finish(prepared, brought, signal);
				end(ending);
				return ending;
			});
			const isBrowserOpened = !isShown && (await openBrowser(prepared.url));
			const id = crypto.randomUUID();
			const note: SignInNote = { id, resource, url: prepared.url, redirectUri, isBrowserOpened, until, before };
			await notes.write(note);
			const over = ended.then(async (ending) => {
				await Promise.all([cleanUp(), notes.remove(note)]);
				return ending;
			});
			return signInOf(note, over);
		} catch (error) {
			await cleanUp();
			throw error;
		}
	}

	async function finish(prepared: PreparedSignIn, brought: URLSearchParams, signal: AbortSignal): Promise<Ending> {
		try {
			await prepared.finish(brought, signal);
			return { kind: "signed-in" };
		} catch (error) {
			const kind = brought.get("error") === "access_denied" ? "denied" : "failed";
			return { kind, reason: explain(error) };
		}
	}

	function explain(error: unknown): string {
		if (error instanceof UserError) return error.hint === undefined ? error.message : `${error.message}\n${error.hint}`;
		onFault(error);
		return "something went wrong in dynamic-mcp";
	}

	/** Waits for the end of another process's sign-in. */
	async function follow(note: SignInNote): Promise<Ending> {
		try {
			do await abortable(after(clock, lookMs), closing.signal);
			while ((await notes.read(resource))?.id === note.id);
			const mark = markOf((await store.read(resource))?.tokens?.accessToken);
			if (mark !== "" && mark !== note.before) return { kind: "signed-in" };
			return { kind: "failed", reason: "the sign-in that waited in another process has ended without one" };
		} catch (error) {
			return { kind: "failed", reason: explain(error) };
		}
	}

	async function paste(text: string): Promise<void> {
		const waiting = await current;
		if (waiting === undefined) throw new UserError("no sign-in is waiting");
		// By the way that a browser takes, which leads to the other process as well.
		const address = readPasted(text, waiting.redirectUri);
		const response = await fetch(address, { proxy: false, redirect: "manual" }).catch(() => undefined);
		await response?.body?.cancel();
		if (response?.status === 400) {
			throw new UserError("that address is of another sign-in", { hint: `Sign in at ${waiting.url}` });
		}
	}

	async function close(): Promise<void> {
		const waiting = current?.catch(() => undefined);
		closing.abort(new UserError("the sign-in was called off"));
		await endOf(waiting);
	}

	return { begin, paste, close };
}
