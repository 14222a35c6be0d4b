/** Puts the program together from its config, and anew when the config changes. Knows every folder, as `cli` alone may. */
import { type Clock, systemClock } from "../base/clock.ts";
import { nameFilter } from "../base/globs.ts";
import { cacheDirectory } from "../catalog/cache-directory.ts";
import { createCatalogs, type OfferStore } from "../catalog/catalogs.ts";
import { createArgumentChecker } from "../catalog/check-arguments.ts";
import { createFirstReads } from "../catalog/first-reads.ts";
import { readSummary } from "../catalog/summaries.ts";
import { diffGroups, type GroupChanges } from "../config/diff.ts";
import { fingerprintOf } from "../config/fingerprint.ts";
import type { Config, GroupConfig } from "../config/load.ts";
import type { Emit } from "../observe/events.ts";
import { createLog, type LogLevel } from "../observe/log.ts";
import { createRedactor } from "../observe/redact.ts";
import { methods } from "../protocol/mcp.ts";
import type { Features } from "../relay/group.ts";
import { createRelay, type Relay } from "../relay/relay.ts";
import type { FileStore } from "../spill/file-store.ts";
import { describeState } from "../upstream/life.ts";
import { createPool } from "../upstream/pool.ts";
import { type DefinitionParts, groupDefinition, relayGroup } from "./definitions.ts";
import { createGroupSignIns } from "./group-sign-ins.ts";
import { ledgerPath, openKeeper } from "./keeper.ts";
import { createRunNotes } from "./run-notes.ts";
import { createGate } from "./sign-in-gate.ts";
import { ourselves } from "./version.ts";

export interface Surroundings {
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Absolute. */
	readonly home: string;
	readonly logLevel: LogLevel;
	/** `--no-browser`. */
	readonly isBrowserForbidden?: boolean;
}

export interface Program {
	readonly relay: Relay;
	readonly emit: Emit;
	readonly clock: Clock;
	/** From now on this config holds. Only servers that it changes are stopped, and calls to the others go on. */
	apply(config: Config): GroupChanges;
	/** Resolves when what servers have told is kept for the next run. */
	settled(): Promise<void>;
	/** Removes what killed processes have left behind; what can wait until the client has had its first answers. */
	tidy(): Promise<void>;
	/** Stops every server, for good. */
	close(): Promise<void>;
}

/**
 * Clients start a server to see whether it works, and some give up a first attempt after three seconds:
 * before this time nothing is started that nobody has asked for.
 */
const firstReadsAfterMs = 2000;

const firstReadsAtOnce = 4;

const rereadAfterMs = 100;

const listChanges: ReadonlySet<string> = new Set([
	methods.toolsListChanged,
	methods.promptsListChanged,
	methods.resourcesListChanged,
]);

/** Starts only what is `eager`; other servers are started by whoever needs them. */
export function compose(first: Config, surroundings: Surroundings): Program {
	const { env, home, logLevel, isBrowserForbidden = false } = surroundings;
	const clock = systemClock;
	let config = first;
	/** Whether a client has asked for its tools: only then it means to use them. */
	let isListed = false;
	const secrets = new Set<string>();
	const createOwnRedactor = () => createRedactor(() => [...config.secrets(), ...secrets]);
	let redactNow = createOwnRedactor();
	const redact = (text: string) => redactNow(text);
	const emit = createLog(logLevel, redact);
	const find = (name: string) => config.groups.find((group) => group.name === name);

	const stopping = new AbortController();
	const loginPath = askOnce(async () => {
		const { createLoginPath } = await import("../upstream/login-shell.ts");
		return createLoginPath({ env, platform: process.platform, signal: stopping.signal })();
	});
	const cache = cacheDirectory(process.platform, env, home);
	const store = openStore(cache, emit);
	const runNotes = createRunNotes({ cache, clock, redact });
	const results = openResults(`${cache}/results`, clock);
	const catalogs = createCatalogs({
		timeoutMs: (name) => find(name)?.server.timeoutMs.tools ?? 0,
		fingerprint: (name) => fingerprintOf(find(name) ?? missing(name)),
		wanted: (name) => nameFilter((find(name) ?? missing(name)).server.tools ?? {}),
		store,
		onOffer: (group, offer, before) => relay.offered(group, offer, before),
	});
	/** Of the client, once it has said so: what servers are offered. */
	const capabilities = Promise.withResolvers<string>();
	const storeKind = () => config.tokenStore;
	const signIns = createGroupSignIns({ env, home, clock, emit, isBrowserForbidden, storeKind, addSecrets });
	const authorizer: DefinitionParts["authorizer"] = async (name, server) =>
		(await signIns.make(name, server))?.authorizer;
	const parts: DefinitionParts = { env, clock, emit, redact, addSecrets, loginPath, authorizer };
	const pool = createPool(definitions(first), {
		clock,
		emit,
		clientInfo: ourselves,
		random: Math.random,
		redact,
		onOutcome(group, outcome) {
			const of = find(group);
			if (of !== undefined) runNotes.note(fingerprintOf(of), outcome);
		},
		// What cannot be read now is told to whoever needs it.
		onReady(group, connection) {
			relay.ready(group, connection);
			catalogs.refresh(group, connection).catch(() => {});
		},
		onNotification(group, link, notification) {
			if (!listChanges.has(notification.method)) return relay.notification(group, link, notification);
			catalogs.outdate(group);
			// Some servers say so many times in a row; once they are done, what they offer now is read and kept.
			clock.after(rereadAfterMs, () => void reread(group));
			return undefined;
		},
		onRequest: (group, link, request) => relay.request(group, link, request),
		capabilities: () => capabilities.promise,
		isNeeded: (group) => relay.isNeeded(group),
	});
	const gate = createGate({ clock, open: pool.open, signInOf: signIns.of });
	const firstReads = createFirstReads({
		clock,
		delayMs: Number(env["DYNAMIC_MCP_HARVEST_DELAY_MS"] ?? firstReadsAfterMs),
		atOnce: firstReadsAtOnce,
		isKnown: catalogs.isKnown,
		async read(group) {
			await catalogs.kept(group, await pool.openInPassing(group));
			pool.rest(group);
		},
	});
	const keeper = openKeeper({ path: ledgerPath(cache), clock, emit, catalogs, config: () => config });
	const relay: Relay = createRelay(
		{
			onInitialized: capabilities.resolve,
			running: pool.running,
			open: gate.open,
			catalogs,
			describeState(group) {
				const state = pool.state(group);
				return gate.describeState(group) ?? (state && describeState(state, clock.now()));
			},
			discoveryBudget: () => config.discoveryBudget,
			onListed() {
				isListed = true;
				firstReads.schedule(usable(config));
			},
			checkArguments: createArgumentChecker().check,
			openTally: keeper.open,
			autoThreshold: () => config.autoThreshold,
			results,
			serverInfo: ourselves,
			clock,
			emit,
		},
		enabled(first).map(relayGroup),
		first.prefix,
	);
	warn(first);

	async function reread(group: string): Promise<void> {
		const connection = pool.running(group);
		// Whoever needs the group is told what is wrong with it.
		if (connection !== undefined) await catalogs.of(group, connection).catch(() => {});
	}

	function addSecrets(found: readonly string[]): void {
		for (const secret of found) secrets.add(secret);
		redactNow = createOwnRedactor();
	}

	function definitions(of: Config) {
		return enabled(of).map((group) => groupDefinition(group, parts));
	}

	function warn({ warnings }: Config): void {
		for (const problem of warnings) emit({ kind: "config", problem });
	}

	function apply(next: Config): GroupChanges {
		const before = config;
		const changes = diffGroups(before.groups, next.groups);
		config = next;
		redactNow = createOwnRedactor();
		// Of one that runs on, another choice of its tools may be wanted.
		for (const name of [...changes.removed, ...changes.changed, ...changes.updated]) catalogs.forget(name);
		for (const name of [...changes.removed, ...changes.changed]) signIns.forget(name);
		pool.update(definitions(next), new Set(changes.changed));
		relay.update(enabled(next).map(relayGroup), next.prefix);
		if (isListed) firstReads.schedule(usable(next));
		if (!Bun.deepEquals(before.warnings, next.warnings)) warn(next);
		return changes;
	}

	async function close(): Promise<void> {
		firstReads.close();
		keeper.close();
		stopping.abort();
		await Promise.all([pool.close(), signIns.close(), keeper.write(), results.close()]);
		// Readings have ended with their servers: only what they brought is still to be written.
		await settled();
	}

	async function settled(): Promise<void> {
		await Promise.all([catalogs.settled(), runNotes.settled()]);
	}

	return { relay, emit, clock, apply, settled, tidy: results.sweep, close };
}

function enabled({ groups }: Config): GroupConfig[] {
	return groups.filter(({ server }) => server.enabled);
}

/** Names of the groups of which something can be had. */
function usable(config: Config): string[] {
	const isOn = ({ tools, resources, prompts }: Features) => tools || resources || prompts;
	const groups = enabled(config).filter(({ server, misconfigured }) => isOn(server.features) && !misconfigured);
	return groups.map(({ name }) => name);
}

function missing(name: string): never {
	throw new Error(`no group "${name}" in the config`);
}

/** Loaded when it is first needed: the start needs nothing of it. */
function openStore(directory: string, emit: Emit): OfferStore {
	const store = askOnce(async () => {
		const { createCatalogStore } = await import("../catalog/store.ts");
		return createCatalogStore({ directory, onProblem: (problem) => emit({ kind: "cache", problem }) });
	});
	// Who writes nothing adds nothing, and need not take the time.
	const tidied = askOnce(async () => (await store()).prune());
	return {
		has: async (fingerprint) => (await store()).has(fingerprint),
		read: async (fingerprint) => (await store()).read(fingerprint),
		readSummary: (fingerprint) => readSummary(directory, fingerprint),
		async write(fingerprint, offer) {
			const { write } = await store();
			await write(fingerprint, offer);
			void tidied();
		},
	};
}

/** Loaded when it is first needed, too. What was never opened need not be closed. */
function openResults(directory: string, clock: Clock): FileStore {
	let opened: Promise<FileStore> | undefined;
	const open = () =>
		(opened ??= import("../spill/file-store.ts").then(({ createFileStore }) => createFileStore({ directory, clock })));
	return {
		keep: async (bytes) => (await open()).keep(bytes),
		sweep: async () => (await open()).sweep(),
		close: async () => (await opened)?.close(),
	};
}

function askOnce<T>(ask: () => Promise<T>): () => Promise<T> {
	let answer: Promise<T> | undefined;
	return () => (answer ??= ask());
}
