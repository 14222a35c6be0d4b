/** `dynamic-mcp auth`: signs in to servers at a URL from the terminal, shows who is signed in, and signs out. */
import { defineCommand } from "citty";

import { readKey } from "../../auth/addresses.ts";
import type { SignInParts } from "../../auth/sign-in.ts";
import type { SignInSpec, TokenStore } from "../../auth/types.ts";
import { systemClock } from "../../base/clock.ts";
import { UserError } from "../../base/errors.ts";
import { type Config, parseConfig } from "../../config/load.ts";
import { openConfigFile } from "../config-file.ts";
import { printOut } from "../output/print.ts";
import { createStatusLine } from "../output/status-line.ts";
import { surfaceOf } from "../output/surface.ts";
import { createSignInParts, type RemoteGroup, type SignInSources, signInSpecOf } from "../sign-in.ts";
import type { Revocation } from "./log-out.ts";
import { placeOf } from "./wording.ts";

/** What the command needs of who answers for a server's sign-in. */
export type AuthCommandAuthorizer = SignInParts["authorizer"] & {
	readonly resource: string;
	logout(signal: AbortSignal): Promise<Revocation>;
};

export interface AuthCommandSources {
	readonly store: TokenStore;
	/** Where the store has its locks. */
	readonly folder: string;
	/** With what its config only names, such as a key in a file; called before anything is asked of the server. */
	readonly complete: (group: RemoteGroup) => Promise<RemoteGroup>;
	readonly createAuthorizer: (spec: SignInSpec) => AuthCommandAuthorizer;
}

export function createAuthCommand(openSources: (config: Config, home: string) => Promise<AuthCommandSources>) {
	return defineCommand({
		meta: { name: "auth", description: "Sign in to a server at a URL; `list` who is signed in, or `logout`" },
		args: {
			action: {
				type: "positional",
				required: false,
				valueHint: "group|list|login|logout",
				description: "The group to sign in to, also as `login <group>`; `list` shows all sign-ins, `logout` ends one",
			},
			group: {
				type: "positional",
				required: false,
				description: "The group to sign out of, or its address when the config no longer has it",
			},
			config: {
				type: "string",
				valueHint: "file",
				description: "The config file. Default: $DYNAMIC_MCP_CONFIG, else ~/.dynamic-mcp/dynamic-mcp.json",
			},
			"no-browser": { type: "boolean", description: "Only show the address" },
		},
		async run({ args, rawArgs }) {
			const { action, group } = args;
			if (!action) throw new UserError("dynamic-mcp auth needs the name of a group", { hint: seeList });
			const file = openConfigFile(args.config, process.env);
			const { path, home } = file;
			const config = parseConfig(await file.text, { path, env: process.env, home });
			const sources = await openSources(config, home);
			if (action === "list") {
				if (group) throw unexpected(group, seeList);
				return list(config, sources);
			}
			if (action === "logout") {
				if (!group) throw new UserError("dynamic-mcp auth logout needs the name of a group", { hint: seeList });
				return signOut(group, config, sources);
			}
			// The long form is for groups whose names are those of actions.
			const name = action === "login" ? (group ?? action) : action;
			if (group && group !== name) throw unexpected(group, `Did you mean dynamic-mcp auth ${action}?`);
			// The parser takes `--no-x` for an `x` that is false, whatever the option's name is.
			return signIn(name, config, sources, rawArgs.includes("--no-browser"));
		},
	});
}

const seeList = "See which there are: dynamic-mcp auth list";

function unexpected(argument: string, hint: string): UserError {
	return new UserError(`unexpected argument "${argument}"`, { hint });
}

async function list({ groups }: Config, { store, createAuthorizer }: AuthCommandSources): Promise<void> {
	const [{ describeSignIns }, { remoteGroups }] = await Promise.all([import("./list.ts"), import("./groups.ts")]);
	const listed = remoteGroups(groups).map((group) => {
		return { group, resource: createAuthorizer(signInSpecOf(group.server)).resource };
	});
	const { isTerminal, width, colours } = surfaceOf("stdout");
	// A program that reads it wants a line for each.
	const surface = { width: isTerminal ? width : Number.POSITIVE_INFINITY, colours };
	await printOut(describeSignIns(listed, await store.list(), Date.now(), surface));
}

async function signOut(name: string, config: Config, sources: AuthCommandSources): Promise<void> {
	const [{ logOut }, { groupToSignIn }] = await Promise.all([import("./log-out.ts"), import("./groups.ts")]);
	const { store, complete, createAuthorizer } = sources;
	const left = (await store.list()).find(({ resource }) => [resource, placeOf(resource)].includes(name))?.resource;
	const spec =
		left === undefined
			? signInSpecOf((await complete(groupToSignIn(name, config.groups, config.path))).server)
			: bareSpec(left);
	const authorizer = createAuthorizer(spec);
	const { signal } = interruption();
	await printOut(await logOut({ name, authorizer, store, signal }));
}

/** Of a server that is known by its address alone. */
function bareSpec(resource: string): SignInSpec {
	return {
		...readKey(resource),
		clientSecret: undefined,
		privateKey: undefined,
		scopes: undefined,
		redirectPort: undefined,
		grant: "authorization_code",
	};
}

async function signIn(name: string, config: Config, sources: AuthCommandSources, isBrowserForbidden: boolean) {
	const [{ logIn }, { groupToSignIn }, { openTerminal }, { chooseBrowser }] = await Promise.all([
		import("./log-in.ts"),
		import("./groups.ts"),
		import("./terminal.ts"),
		import("../../auth/browser.ts"),
	]);
	const found = groupToSignIn(name, config.groups, config.path);
	if (found.server.oauthGrant === "client_credentials") {
		throw new UserError(`"${name}" needs no sign-in by a person: its oauth_grant is client_credentials`);
	}
	const { store, folder, complete, createAuthorizer } = sources;
	const group = await complete(found);
	const { env, platform } = process;
	const faults: unknown[] = [];
	const parts: SignInSources<AuthCommandAuthorizer> = {
		createAuthorizer,
		store,
		folder,
		clock: systemClock,
		env,
		isBrowserForbidden,
		onFault: (error) => faults.push(error),
	};
	const { authorizer, signIns } = await createSignInParts(group, parts);
	const { signal, interrupt } = interruption();
	const terminal = openTerminal(interrupt);
	const { resource } = authorizer;
	function whyNoBrowser(url: string): string | undefined {
		const choice = chooseBrowser(url, { platform, env, isForbidden: isBrowserForbidden });
		return choice.kind === "none" ? choice.why : undefined;
	}
	try {
		await logIn({
			name,
			resource,
			signIns,
			store,
			terminal,
			status: createStatusLine(surfaceOf("stderr")),
			whyNoBrowser,
			signal,
		});
	} catch (error) {
		throw faults[0] ?? error;
	}
}

/** Ctrl-C ends it in an orderly way: nobody else waits for a sign-in that is given up. */
function interruption(): { signal: AbortSignal; interrupt: () => void } {
	const controller = new AbortController();
	const interrupt = () => controller.abort(new UserError("interrupted; nobody was signed in or out"));
	for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(name, interrupt);
	return { signal: controller.signal, interrupt };
}
