/** What signs in to the groups' servers: made with the first start of each, of its config. */
import type { OAuthAuthorizer } from "../auth/authorizer.ts";
import type { SignIns } from "../auth/sign-in.ts";
import type { TokenStore } from "../auth/types.ts";
import type { Clock } from "../base/clock.ts";
import { errorText } from "../base/errors.ts";
import type { RemoteServer, Settings } from "../config/schema.ts";
import type { Emit } from "../observe/events.ts";
import { ourselves } from "./version.ts";

export interface GroupSignInsParts {
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Absolute. */
	readonly home: string;
	readonly clock: Clock;
	readonly emit: Emit;
	readonly isBrowserForbidden: boolean;
	/** Where sign-ins are kept, by the config of now. */
	readonly storeKind: () => Settings["tokenStore"];
	/** These are not to be logged or quoted. */
	readonly addSecrets: (secrets: readonly string[]) => void;
}

export interface Made {
	readonly authorizer: OAuthAuthorizer;
	readonly signIns: SignIns;
}

export interface GroupSignIns {
	/** The server's private key has been read. Undefined when its headers say already who asks. */
	make(name: string, server: RemoteServer): Promise<Made | undefined>;
	/** What has been made for the group. */
	of(name: string): Made | undefined;
	/** Its definition holds no more. */
	forget(name: string): void;
	/** Ends what waits for a person, and waits for what is being renewed. */
	close(): Promise<void>;
}

export function createGroupSignIns(parts: GroupSignInsParts): GroupSignIns {
	const { env, home, clock, emit, isBrowserForbidden, storeKind, addSecrets } = parts;
	/** By the name, and the definition that it is made of. */
	const made = new Map<string, { readonly server: string; readonly own: Made }>();
	const leaving = new Set<Promise<unknown>>();
	let store: { readonly kind: string; readonly opened: Promise<{ store: TokenStore; folder: string }> } | undefined;

	const tell = (problem: string) => emit({ kind: "sign-in", problem });

	function openStore(): Promise<{ store: TokenStore; folder: string }> {
		const kind = storeKind();
		if (store?.kind !== kind) store = { kind, opened: openOne(kind) };
		return store.opened;
	}

	async function openOne(kind: Settings["tokenStore"]) {
		const [{ openTokenStore, signInsDirectory }, { watchStore }] = await Promise.all([
			import("../auth/token-store.ts"),
			import("./watched-store.ts"),
		]);
		const opened = openTokenStore({ kind, home, clock, onProblem: tell });
		return { store: watchStore(opened, addSecrets), folder: signInsDirectory(home) };
	}

	async function make(name: string, server: RemoteServer): Promise<Made | undefined> {
		const [{ createAuthorizer }, { adoptLegacy }, { createSignInParts, hasOwnAuthorization }] = await Promise.all([
			import("../auth/authorizer.ts"),
			import("../auth/legacy.ts"),
			import("./sign-in.ts"),
		]);
		if (hasOwnAuthorization(server)) return undefined;
		const definition = JSON.stringify([server, storeKind()]);
		const before = made.get(name);
		if (before?.server === definition) return before.own;
		forget(name);
		const { store, folder } = await openStore();
		const own = await createSignInParts(
			{ name, server },
			{
				createAuthorizer: (spec) =>
					createAuthorizer({
						spec,
						store,
						clock,
						version: ourselves.version,
						onTrouble: (what) => emit({ kind: "group-trouble", group: name, what }),
					}),
				store,
				folder,
				clock,
				env,
				isBrowserForbidden,
				onFault: (error) => emit({ kind: "internal", error }),
			},
		);
		const { resource } = own.authorizer;
		const { signal } = new AbortController();
		const legacy = { home, group: name, resource, clientId: server.oauthClientId, store, signal, onProblem: tell };
		await adoptLegacy(legacy).catch((error: unknown) => tell(errorText(error)));
		made.set(name, { server: definition, own });
		return own;
	}

	function forget(name: string): void {
		const own = made.get(name)?.own;
		made.delete(name);
		if (own !== undefined) leave(own);
	}

	function leave({ authorizer, signIns }: Made): void {
		const gone = Promise.allSettled([signIns.close(), authorizer.settled()]).finally(() => leaving.delete(gone));
		leaving.add(gone);
	}

	return {
		make,
		of: (name) => made.get(name)?.own,
		forget,
		async close() {
			for (const name of made.keys()) forget(name);
			await Promise.all(leaving);
		},
	};
}
