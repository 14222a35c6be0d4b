/** `dynamic-mcp auth` with all that it works with. */
import { systemClock } from "../base/clock.ts";
import { UpstreamError, UserError } from "../base/errors.ts";
import { createAuthCommand } from "./auth/command.ts";
import { remoteGroups } from "./auth/groups.ts";
import { hasOwnAuthorization, type RemoteGroup, signInSpecOf } from "./sign-in.ts";
import { ourselves } from "./version.ts";

export const auth = createAuthCommand(async ({ tokenStore, groups }, home) => {
	const [{ createAuthorizer }, { openTokenStore, signInsDirectory }, { adoptLegacy }] = await Promise.all([
		import("../auth/authorizer.ts"),
		import("../auth/token-store.ts"),
		import("../auth/legacy.ts"),
	]);
	const clock = systemClock;
	const warn = (problem: string) => void process.stderr.write(`dynamic-mcp: ${problem}\n`);
	const store = openTokenStore({ kind: tokenStore, home, clock, onProblem: warn });
	const sources = {
		store,
		folder: signInsDirectory(home),
		complete: withTexts,
		createAuthorizer: (spec: ReturnType<typeof signInSpecOf>) =>
			createAuthorizer({ spec, store, clock, version: ourselves.version, onTrouble: warn }),
	};
	const { signal } = new AbortController();
	for (const { name: group, server } of remoteGroups(groups).filter((group) => !hasOwnAuthorization(group.server))) {
		const { resource } = sources.createAuthorizer(signInSpecOf(server));
		await adoptLegacy({ home, group, resource, clientId: server.oauthClientId, store, signal, onProblem: warn });
	}
	return sources;
});

async function withTexts({ name, server }: RemoteGroup): Promise<RemoteGroup> {
	const { withPemTexts } = await import("../upstream/remote/tls.ts");
	try {
		return { name, server: await withPemTexts(name, server) };
	} catch (cause) {
		if (!(cause instanceof UpstreamError)) throw cause;
		throw new UserError(`"${name}" cannot be signed in to or out of: ${cause.detail}`, { cause });
	}
}
