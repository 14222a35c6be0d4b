/** An authorizer with everything around it under a test's hand. */
import { createAuthorizer, type OAuthAuthorizer } from "../../src/auth/authorizer.ts";
import type { SignInSpec } from "../../src/auth/types.ts";
import type { AuthorizationServer } from "./authorization-server.ts";
import { createFakeClock, type FakeClock } from "./fake-clock.ts";
import { createMemoryTokenStore, type MemoryTokenStore } from "./memory-token-store.ts";

export interface Authorizing {
	readonly authorizer: OAuthAuthorizer;
	readonly store: MemoryTokenStore;
	readonly clock: FakeClock;
	/** What it had to say. */
	readonly troubles: readonly string[];
	/** Sends a request to the MCP server as the program does: a refused one once more when that is worth it. Its status. */
	call(signal?: AbortSignal): Promise<number>;
	/** What a person does: signs in, and says yes. */
	signIn(): Promise<void>;
}

export const redirectUri = "http://127.0.0.1:7777/callback";
export const never = new AbortController().signal;

export function createAuthorizing(
	server: AuthorizationServer,
	changes: Partial<SignInSpec> = {},
	{ store = createMemoryTokenStore(), clock = createFakeClock() }: { store?: MemoryTokenStore; clock?: FakeClock } = {},
): Authorizing {
	const troubles: string[] = [];
	const spec: SignInSpec = {
		serverUrl: server.url,
		clientId: undefined,
		clientSecret: undefined,
		privateKey: undefined,
		scopes: undefined,
		redirectPort: undefined,
		grant: "authorization_code",
		...changes,
	};
	const authorizer = createAuthorizer({
		spec,
		store,
		clock,
		version: "1.2.3",
		onTrouble: (what) => troubles.push(what),
		// One time for both: it starts in the middle of 2026.
		now: () => startOfTime + clock.now(),
	});

	async function send(sent: string | undefined): Promise<Response> {
		const headers: Record<string, string> = sent === undefined ? {} : { authorization: sent };
		return fetch(spec.serverUrl, { method: "POST", body: "{}", headers });
	}

	async function call(signal = never): Promise<number> {
		const sent = await authorizer.authorization(signal);
		const response = await send(sent);
		const { status } = response;
		if (status === 200 && sent !== undefined) authorizer.accepted?.(sent);
		if (status !== 401 && status !== 403) return status;
		const challenge = response.headers.get("www-authenticate");
		if (!(await authorizer.refused({ status, challenge, sent }, signal))) return status;
		return (await send(await authorizer.authorization(signal))).status;
	}

	return {
		authorizer,
		store,
		clock,
		troubles,
		call,
		async signIn() {
			const prepared = await authorizer.prepare(redirectUri, never);
			await prepared.finish(await server.approve(prepared.url), never);
		},
	};
}

/** The message that the promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<string> {
	const failure = await promise.then(
		() => undefined,
		(error: unknown) => error,
	);
	if (failure instanceof Error) return failure.message;
	throw new Error("it did not fail");
}

export const startOfTime = Date.UTC(2026, 5, 1);
