/** Sign-ins in the system's keychain, which may be locked, absent, or busy asking its owner. */
import { type Clock, within } from "../base/clock.ts";
import { errorText } from "../base/errors.ts";
import { formatKept, type Kept, parseKept, recordName } from "./record.ts";

/** What is used of `Bun.secrets`. */
export interface Secrets {
	get(options: SecretName): Promise<string | null>;
	set(options: SecretName & { value: string; persist?: "local" | "enterprise" }): Promise<void>;
	delete(options: SecretName): Promise<boolean>;
}

export interface SecretName {
	readonly service: string;
	readonly name: string;
}

/** Its functions throw `KeychainError` when the keychain cannot be used. They are carried out in the order of the calls. */
export interface KeychainStore {
	/** What is for another resource, or no sign-in at all, counts as not there. */
	read(resource: string): Promise<Kept | undefined>;
	write(kept: Kept): Promise<void>;
	/** Of what is known to have been there: nothing is left of it when this resolves. */
	remove(resource: string): Promise<void>;
	/** Resolves when something can be written. */
	check(): Promise<void>;
}

/** The keychain cannot be used. The message says why, without what was to be kept. */
export class KeychainError extends Error {
	override readonly name = "KeychainError";
	constructor(
		message: string,
		/** `size`: only this sign-in is too much for it. `silent`: it may still do what it was asked. */
		readonly reason: "size" | "silent" | "failed",
		options: ErrorOptions = {},
	) {
		super(message, options);
	}
}

export interface KeychainOptions {
	readonly secrets: Secrets;
	readonly clock: Clock;
	readonly platform: NodeJS.Platform;
	/** How long a keychain that has failed is left in peace. */
	readonly restMs: number;
}

const service = "dynamic-mcp";
/** A keychain that works answers in milliseconds; one that asks its owner first takes as long as the person does. */
const patienceMs = 5_000;
/** `CRED_MAX_CREDENTIAL_BLOB_SIZE`: https://learn.microsoft.com/windows/win32/api/wincred/ns-wincred-credentialw */
const windowsMaxBytes = 2560;
/** "Keep `service` and `name` reasonably short", says Bun's manual: under 256. */
const maxNameLength = 200;

export function createKeychainStore({ secrets, clock, platform, restMs }: KeychainOptions): KeychainStore {
	let last: Promise<unknown> = Promise.resolve();
	let failure: { readonly error: KeychainError; readonly at: number } | undefined;
	let isSilent = false;

	/** One after the other: a person may be asked for each, and each keeps a thread until it is answered. */
	function ask<T>(question: () => Promise<T>): Promise<T> {
		const answer = last.then(() => askNow(question));
		last = answer.catch(() => {});
		return answer;
	}

	async function askNow<T>(question: () => Promise<T>): Promise<T> {
		if (failure !== undefined && (isSilent || clock.now() - failure.at < restMs)) throw failure.error;
		const answer = settle(question);
		const outcome = await within(clock, patienceMs, answer);
		if (outcome === undefined) {
			isSilent = true;
			void answer.then(endSilence);
			throw fail(`it does not answer within ${patienceMs / 1000} seconds; it may be locked, or wait for you`, "silent");
		}
		if ("error" in outcome) throw fail(errorText(outcome.error), "failed", outcome.error);
		failure = undefined;
		return outcome.value;
	}

	/** Whoever was asked for a password has given it, or has not. */
	function endSilence(outcome: Outcome<unknown>): void {
		isSilent = false;
		if ("value" in outcome) failure = undefined;
	}

	function fail(message: string, reason: "silent" | "failed", cause?: unknown): KeychainError {
		const error = new KeychainError(message, reason, { cause });
		failure = { error, at: clock.now() };
		return error;
	}

	async function read(resource: string): Promise<Kept | undefined> {
		const text = await ask(() => secrets.get({ service, name: nameOf(resource) }));
		const kept = parseKept(text ?? "");
		return kept?.signIn.resource === resource ? kept : undefined;
	}

	async function write(kept: Kept): Promise<void> {
		const name = nameOf(kept.signIn.resource);
		const value = formatKept(kept);
		if (platform === "win32" && Buffer.byteLength(value) > windowsMaxBytes) {
			throw new KeychainError(`the sign-in has more than ${windowsMaxBytes} bytes, the most that it takes`, "size");
		}
		// Tokens are this computer's: with a roaming profile two would spend one refresh token.
		await ask(() => secrets.set({ service, name, value, persist: "local" }));
		// There are keychains that cut off what is too long for them.
		if ((await ask(() => secrets.get({ service, name }))) === value) return;
		await ask(() => secrets.delete({ service, name }));
		throw new KeychainError("it does not give back what was put in, maybe for its length", "size");
	}

	async function remove(resource: string): Promise<void> {
		const name = nameOf(resource);
		// One that is locked may say that it has nothing. One that takes something else in its place has nothing left.
		if (!(await ask(() => secrets.delete({ service, name })))) await putAndTake(name);
	}

	async function putAndTake(name: string): Promise<void> {
		await ask(() => secrets.set({ service, name, value: "nothing", persist: "local" }));
		await ask(() => secrets.delete({ service, name }));
	}

	return { read, write, remove, check: () => putAndTake("check") };
}

type Outcome<T> = { readonly value: T } | { readonly error: unknown };

async function settle<T>(question: () => Promise<T>): Promise<Outcome<T>> {
	try {
		return { value: await question() };
	} catch (error) {
		return { error };
	}
}

/** What went wrong, from the library. It speaks of the keychain only, never of what is in it. */
function nameOf(resource: string): string {
	return resource.length <= maxNameLength ? resource : recordName(resource);
}
