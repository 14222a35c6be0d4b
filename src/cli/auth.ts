/** `dynamic-mcp auth` with all that it works with. */
import { systemClock } from "../base/clock.ts";
import { createAuthCommand } from "./auth/command.ts";
import { ourselves } from "./version.ts";

export const auth = createAuthCommand(async ({ tokenStore }, home) => {
	const [{ createAuthorizer }, { openTokenStore, signInsDirectory }, { readOauthKey }] = await Promise.all([
		import("../auth/authorizer.ts"),
		import("../auth/token-store.ts"),
		import("../upstream/remote/tls.ts"),
	]);
	const clock = systemClock;
	const warn = (problem: string) => void process.stderr.write(`dynamic-mcp: ${problem}\n`);
	const store = openTokenStore({ kind: tokenStore, home, clock, onProblem: warn });
	return {
		store,
		folder: signInsDirectory(home),
		async complete({ name, server }) {
			const oauthPrivateKey = await readOauthKey(name, server);
			return { name, server: oauthPrivateKey === undefined ? server : { ...server, oauthPrivateKey } };
		},
		createAuthorizer: (spec) => createAuthorizer({ spec, store, clock, version: ourselves.version, onTrouble: warn }),
	};
});
