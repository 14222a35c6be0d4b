/** Sign-ins for tests, and a keychain that does what a test wants. */
import type { SecretName, Secrets } from "../../src/auth/keychain-store.ts";
import type { StoredSignIn } from "../../src/auth/types.ts";

export function signInFor(resource: string, accessToken = "access-1"): StoredSignIn {
	return {
		resource,
		issuer: "https://login.example.com",
		client: { kind: "registered", id: "client-1" },
		tokens: { accessToken, refreshToken: `refresh-of-${accessToken}` },
	};
}

export interface FakeKeychain extends Secrets {
	/** By service and name. */
	readonly kept: Map<string, string>;
	/** What was asked for, in order: `get`, `set`, `delete`. */
	readonly asked: string[];
	/** Comes before every answer; undefined when it works. */
	trouble: (() => Promise<void>) | undefined;
}

export function createFakeKeychain(): FakeKeychain {
	const kept = new Map<string, string>();
	const keyOf = ({ service, name }: SecretName) => `${service} ${name}`;
	const fake: FakeKeychain = {
		kept,
		asked: [],
		trouble: undefined,
		async get(options) {
			fake.asked.push("get");
			await fake.trouble?.();
			return kept.get(keyOf(options)) ?? null;
		},
		async set(options) {
			fake.asked.push("set");
			await fake.trouble?.();
			kept.set(keyOf(options), options.value);
		},
		async delete(options) {
			fake.asked.push("delete");
			await fake.trouble?.();
			return kept.delete(keyOf(options));
		},
	};
	return fake;
}

/** What a Linux machine without a secret service says. */
export async function absent(): Promise<void> {
	throw Object.assign(new Error("libsecret not available"), { code: "ERR_SECRETS_PLATFORM_ERROR" });
}

/** As GNOME's does while it is locked and nobody can be asked to unlock it: it has nothing, and takes nothing. */
export function lock(keychain: FakeKeychain): { unlock(): void } {
	const { get, set, delete: remove } = keychain;
	keychain.get = async () => null;
	keychain.set = async () => {
		throw new Error("Cannot create an item in a locked collection");
	};
	keychain.delete = async () => false;
	return { unlock: () => void Object.assign(keychain, { get, set, delete: remove }) };
}
