/** Sign-ins with a small authorization server of their own, for tests of what happens around it. */
import { createSignInNotes } from "../../src/auth/sign-in-notes.ts";
import { createSignIns, type SignIns } from "../../src/auth/sign-in.ts";
import type { PreparedSignIn, StoredSignIn, TokenStore } from "../../src/auth/types.ts";
import { type Clock, systemClock } from "../../src/base/clock.ts";
import { UserError } from "../../src/base/errors.ts";

export const resource = "https://docs.example/mcp";

/** In memory; its locks are those of all who share it. */
export function createMemoryStore(): TokenStore {
	const kept = new Map<string, StoredSignIn>();
	const last = new Map<string, Promise<unknown>>();
	return {
		read: async (resource) => kept.get(resource),
		write: async (signIn) => void kept.set(signIn.resource, signIn),
		remove: async (resource) => void kept.delete(resource),
		list: async () => [...kept.values()],
		async locked(resource, purpose, _signal, work) {
			const key = `${purpose} ${resource}`;
			const mine = (last.get(key) ?? Promise.resolve()).then(work);
			last.set(
				key,
				mine.catch(() => {}),
			);
			return mine;
		},
	};
}

export interface FakeAuthorizer {
	readonly resource: string;
	isSignInNeeded: boolean;
	/** How often a sign-in was prepared. */
	readonly prepared: PreparedSignIn[];
	authorization(): Promise<string | undefined>;
	prepare(redirectUri: string, signal: AbortSignal): Promise<PreparedSignIn>;
	logout(): Promise<{ readonly kind: "unoffered" }>;
}

/** Takes the code "good", and keeps a token for it. */
export function createFakeAuthorizer(store: TokenStore, server = "https://login.example"): FakeAuthorizer {
	const prepared: PreparedSignIn[] = [];

	async function tokens() {
		return (await store.read(resource))?.tokens;
	}
	const authorizer: FakeAuthorizer = {
		resource,
		isSignInNeeded: true,
		prepared,
		async logout() {
			await store.remove(resource);
			return { kind: "unoffered" };
		},
		async authorization() {
			const found = await tokens();
			if (found !== undefined) authorizer.isSignInNeeded = false;
			return found && `Bearer ${found.accessToken}`;
		},
		async prepare(redirectUri) {
			const state = crypto.randomUUID();
			const url = `${server}/authorize?${new URLSearchParams({ state, redirect_uri: redirectUri }).toString()}`;
			const signIn: PreparedSignIn = {
				url,
				state,
				async finish(callback, signal) {
					signal.throwIfAborted();
					const error = callback.get("error");
					if (error === "access_denied") throw new UserError("the sign-in was denied");
					const code = callback.get("code");
					if (code !== "good") throw new UserError("the code was not taken", { hint: "Try again." });
					const issued = { accessToken: `token-${crypto.randomUUID()}` };
					await store.write({ resource, issuer: server, client: { kind: "registered", id: "c" }, tokens: issued });
					authorizer.isSignInNeeded = false;
				},
			};
			prepared.push(signIn);
			return signIn;
		},
	};
	return authorizer;
}

export interface SignInsOptions {
	readonly folder: string;
	readonly store?: TokenStore;
	readonly clock?: Clock;
	readonly now?: () => number;
	/** Of a living process. */
	readonly pid?: number;
	readonly redirectPort?: number;
	readonly server?: string;
}

export interface TriedSignIns extends AsyncDisposable {
	readonly signIns: SignIns;
	readonly authorizer: FakeAuthorizer;
	readonly store: TokenStore;
	/** The addresses that a browser was opened with. */
	readonly opened: string[];
	readonly faults: unknown[];
}

export function openSignIns(options: SignInsOptions): TriedSignIns {
	const { folder, store = createMemoryStore(), clock = systemClock, now = Date.now, pid = process.pid } = options;
	const authorizer = createFakeAuthorizer(store, options.server);
	const opened: string[] = [];
	const faults: unknown[] = [];
	const signIns = createSignIns({
		name: "docs",
		resource,
		redirectPort: options.redirectPort,
		authorizer,
		store,
		notes: createSignInNotes({ folder, now, pid }),
		openBrowser: async (url) => opened.push(url) > 0,
		clock,
		now,
		onFault: (error) => faults.push(error),
	});
	return { signIns, authorizer, store, opened, faults, [Symbol.asyncDispose]: signIns.close };
}

/** What the browser is sent to in the end: the callback of this address to sign in at, with the state and what is added. */
export function callbackOf(url: string, added: Readonly<Record<string, string>>): string {
	const { searchParams } = new URL(url);
	const state = searchParams.get("state") ?? "";
	return `${searchParams.get("redirect_uri")}?${new URLSearchParams({ state, ...added }).toString()}`;
}

/** The status of the page that the browser is shown there. */
export async function visit(address: string): Promise<number> {
	const response = await fetch(address, { proxy: false });
	await response.text();
	return response.status;
}
