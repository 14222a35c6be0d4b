/** A token store whose secrets are known to whoever keeps them out of logs. */
import type { StoredSignIn, TokenStore } from "../auth/types.ts";

/** `onSecrets` is told of each once. */
export function watchStore(store: TokenStore, onSecrets: (secrets: readonly string[]) => void): TokenStore {
	const known = new Set<string>();

	function note<T extends StoredSignIn | undefined>(signIn: T): T {
		const { accessToken, refreshToken } = signIn?.tokens ?? {};
		const secrets = [accessToken ?? "", refreshToken ?? "", signIn?.client.secret ?? ""];
		const found = secrets.filter((secret) => secret !== "" && !known.has(secret));
		if (found.length === 0) return signIn;
		for (const secret of found) known.add(secret);
		onSecrets(found);
		return signIn;
	}

	return {
		read: async (resource) => note(await store.read(resource)),
		write: (signIn) => store.write(note(signIn)),
		remove: (resource) => store.remove(resource),
		list: async () => (await store.list()).map(note),
		locked: (resource, purpose, signal, work) => store.locked(resource, purpose, signal, work),
	};
}
