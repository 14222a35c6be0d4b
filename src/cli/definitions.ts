/** What the parts of the program know of a configured group: made from the config, here and nowhere else. */
import type { Clock } from "../base/clock.ts";
import { UpstreamError, UserError } from "../base/errors.ts";
import type { GroupConfig } from "../config/load.ts";
import type { RemoteServer, StdioServer } from "../config/schema.ts";
import type { Emit } from "../observe/events.ts";
import type { Authorizer } from "../protocol/authorizer.ts";
import type { Receive } from "../protocol/channel.ts";
import type { Group } from "../relay/group.ts";
import type { GroupDefinition } from "../upstream/definition.ts";
import type { RemoteSpec, Transport } from "../upstream/remote/open.ts";
import { lacksPath, type ProcessSpec } from "../upstream/spawn.ts";
import { openProcess } from "../upstream/stdio.ts";
import { ourselves } from "./version.ts";

export interface DefinitionParts {
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly clock: Clock;
	readonly emit: Emit;
	readonly redact: (text: string) => string;
	/** These are to be taken out of what is logged or quoted, too. */
	readonly addSecrets: (secrets: readonly string[]) => void;
	/** The PATH of the user's login shell, or undefined; asked for only when a command is not found without. */
	readonly loginPath: () => Promise<string | undefined>;
	/** Signs requests to a server at a URL; undefined when its headers do. */
	readonly authorizer: (group: string, server: RemoteServer) => Promise<Authorizer | undefined>;
}

/** As the relay knows it. */
export function relayGroup({ name, server, misconfigured }: GroupConfig): Group {
	return {
		name,
		description: server.description,
		unusable: misconfigured,
		features: server.features,
		expose: server.expose,
		format: server.format,
		discoveryBudget: server.discoveryBudget,
		resultBudget: server.resultBudget,
		timeoutMs: server.timeoutMs,
	};
}

/** As the pool knows it. */
export function groupDefinition({ name, server, misconfigured }: GroupConfig, parts: DefinitionParts): GroupDefinition {
	const found: Found = { transport: undefined };
	return {
		name,
		connectTimeoutMs: server.timeoutMs.connect,
		idleTimeoutMs: server.idleTimeoutMs,
		isRemote: server.type !== "stdio",
		// What is misconfigured fails when it is called, which explains more than failing now.
		isEager: server.startup === "eager" && misconfigured === undefined,
		prepare() {
			// From here on code runs often enough to be worth compiling (see `jitPolicy` in scripts/release/compile.ts).
			Bun.unsafe.setJITPolicy(1);
			return server.type === "stdio" ? prepareProcess(name, server, parts) : prepareRemote(name, server, parts, found);
		},
	};
}

async function prepareProcess(group: string, server: StdioServer, parts: DefinitionParts) {
	const { clock, emit, redact } = parts;
	const { command, args, cwd } = server;
	const env = await environment(group, server, parts);
	const found: ProcessSpec = { group, command, args, env, cwd };
	const spec = lacksPath(found) ? { ...found, extraPath: await parts.loginPath() } : found;
	const onStderr = (line: string) => {
		emit({ kind: "group-stderr", group, line });
		return redact(line);
	};
	return (receive: Receive) => openProcess(spec, { clock, receive, onStderr });
}

/** What has been found out about a server, for its next start. */
interface Found {
	transport: Transport | undefined;
}

async function prepareRemote(group: string, configured: RemoteServer, parts: DefinitionParts, found: Found) {
	const { clock, emit, redact, addSecrets } = parts;
	// Loaded with the first server at a URL: the start needs nothing of it.
	const [{ openRemote }, { withPemTexts }] = await Promise.all([
		import("../upstream/remote/open.ts"),
		import("../upstream/remote/tls.ts"),
	]);
	const server = await withPemTexts(group, configured);
	const hasKey = server.tls?.key !== undefined || server.oauthPrivateKey !== undefined;
	if (hasKey) addSecrets((await import("../config/secrets.ts")).secretsOf(server, []));
	const spec: RemoteSpec = {
		group,
		url: server.url,
		headers: server.headers,
		userAgent: `${ourselves.name}/${ourselves.version}`,
		tls: server.tls,
		authorizer: await parts.authorizer(group, server),
		transport: server.type,
		found: found.transport,
		onFound(transport) {
			found.transport = transport;
		},
	};
	const onTrouble = (what: string) => emit({ kind: "group-trouble", group, what });
	return (receive: Receive) => openRemote(spec, { clock, receive, redact, random: Math.random, onTrouble });
}

/** Ours, then the server's `envFile`, then its `env`; without what it unsets. */
async function environment(group: string, server: StdioServer, parts: DefinitionParts): Promise<ProcessSpec["env"]> {
	const env = { ...parts.env, ...(await readEnvironmentFile(group, server, parts)), ...server.env };
	for (const name of server.unsetEnv) delete env[name];
	return env;
}

/** Read at each start, so that a new value needs no more than a new start. */
async function readEnvironmentFile(group: string, server: StdioServer, { addSecrets }: DefinitionParts) {
	if (server.envFile === undefined) return {};
	const [{ readEnvFile }, { secretsOf }] = await Promise.all([
		import("../config/env-file.ts"),
		import("../config/secrets.ts"),
	]);
	try {
		const env = readEnvFile(server.envFile);
		addSecrets(secretsOf({ ...server, env }, []));
		return env;
	} catch (cause) {
		if (!(cause instanceof UserError)) throw cause;
		throw new UpstreamError(group, "spawn", cause.message, { cause });
	}
}
