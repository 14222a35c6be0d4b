/** Puts the program together from its config. The only place that knows every folder. */
import { type Clock, systemClock } from "../base/clock.ts";
import { UpstreamError } from "../base/errors.ts";
import { createCatalogs } from "../catalog/catalogs.ts";
import { createArgumentChecker } from "../catalog/check-arguments.ts";
import type { Config, GroupConfig } from "../config/load.ts";
import type { Emit } from "../observe/events.ts";
import { createLog, type LogLevel } from "../observe/log.ts";
import { createRedactor } from "../observe/redact.ts";
import { methods } from "../protocol/mcp.ts";
import type { Group } from "../relay/group.ts";
import { createRelay, type Relay } from "../relay/relay.ts";
import { createPool, type Pool, type PooledGroup } from "../upstream/pool.ts";
import { openProcess } from "../upstream/stdio.ts";
import { ourselves } from "./version.ts";

export interface Surroundings {
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly logLevel: LogLevel;
}

export interface Program {
	readonly relay: Relay;
	readonly pool: Pool;
	readonly emit: Emit;
	readonly clock: Clock;
}

/** Starts nothing: servers are started by the calls that need them. */
export function compose(config: Config, { env, logLevel }: Surroundings): Program {
	const clock = systemClock;
	const redact = createRedactor(config.secrets);
	const emit = createLog(logLevel, redact);
	for (const warning of config.warnings) emit({ kind: "config", problem: warning });

	const enabled = config.groups.filter(({ server }) => server.enabled);
	const timeouts = new Map(enabled.map(({ name, server }) => [name, server.timeoutMs]));
	const catalogs = createCatalogs({ timeoutMs: (group) => timeouts.get(group)?.tools ?? 0 });
	const pool = createPool({
		groups: enabled.map((group) => pooled(group, { env, clock, emit, redact })),
		clock,
		emit,
		clientInfo: ourselves,
		redact,
		onNotification: (group, { method }) => {
			if (method === methods.toolsListChanged) catalogs.outdate(group);
		},
	});
	const relay = createRelay({
		groups: enabled.map(relayed),
		running: pool.running,
		open: pool.open,
		catalogs,
		checkArguments: createArgumentChecker().check,
		serverInfo: ourselves,
		clock,
		emit,
	});
	return { relay, pool, emit, clock };
}

function relayed({ name, server, misconfigured }: GroupConfig): Group {
	return {
		name,
		description: server.description,
		unusable: misconfigured,
		hasTools: server.features.tools,
		callTimeoutMs: server.timeoutMs.tools,
	};
}

interface PooledParts {
	readonly env: Surroundings["env"];
	readonly clock: Clock;
	readonly emit: Emit;
	readonly redact: (text: string) => string;
}

function pooled({ name, server }: GroupConfig, { env, clock, emit, redact }: PooledParts): PooledGroup {
	const onStderr = (line: string) => {
		emit({ kind: "group-stderr", group: name, line });
		return redact(line);
	};
	return {
		name,
		connectTimeoutMs: server.timeoutMs.connect,
		open(receive) {
			// From here on code runs often enough to be worth compiling (see `jitPolicy` in scripts/build.ts).
			Bun.unsafe.setJITPolicy(1);
			if (server.type !== "stdio") {
				const detail = `servers at a URL (type "${server.type}") are not supported by this version`;
				throw new UpstreamError(name, "spawn", detail);
			}
			const { command, args, cwd } = server;
			const spec = { group: name, command, args, env: { ...env, ...server.env }, cwd };
			return openProcess(spec, { clock, receive, onStderr });
		},
	};
}
