/**
 * Starts servers of the config for one command, by the rules by which the proxy starts them, and stops them when the
 * command is over, however it ends.
 */
import { after, type Clock, systemClock } from "../../base/clock.ts";
import { UpstreamError } from "../../base/errors.ts";
import { cacheDirectory } from "../../catalog/cache-directory.ts";
import { configPath } from "../../config/file.ts";
import { fingerprintOf } from "../../config/fingerprint.ts";
import type { Config, GroupConfig } from "../../config/load.ts";
import { parseConfig } from "../../config/load.ts";
import type { Emit, Event } from "../../observe/events.ts";
import { createLog } from "../../observe/log.ts";
import { createRedactor } from "../../observe/redact.ts";
import type { Connection } from "../../protocol/connection.ts";
import { errorCode } from "../../protocol/jsonrpc.ts";
import type { Link } from "../../protocol/link.ts";
import { connect } from "../../upstream/connect.ts";
import type { GroupParts, Outcome } from "../../upstream/definition.ts";
import type { ConfigFile } from "../config-file.ts";
import { type DefinitionParts, groupDefinition } from "../definitions.ts";
import { createGroupSignIns } from "../group-sign-ins.ts";
import { createStatusLine, type StatusLine } from "../output/status-line.ts";
import { surfaceOf } from "../output/surface.ts";
import { typedWord } from "../output/typed-word.ts";
import { createRunNotes } from "../run-notes.ts";
import { readLogLevel } from "../serve.ts";
import { ourselves } from "../version.ts";
import { catchInterruption } from "./interruption.ts";

/** How the one start of a group has ended. */
export type Started = {
	readonly group: GroupConfig;
	readonly tookMs: number;
} & (
	| { readonly kind: "ready"; readonly connection: Connection }
	/** `error.phase` is `sign-in` when somebody has to sign in first; its texts have no secrets in them. */
	| { readonly kind: "failed"; readonly error: UpstreamError }
	/** It was not started, because the config is wrong. */
	| { readonly kind: "misconfigured"; readonly reason: string }
);

export interface OpenGroups {
	readonly config: Config;
	/** What is to be typed behind other commands for the same config: ` --config <file>`, or nothing for the usual one. */
	readonly configOption: string;
	/** Those that are enabled, in the order of the config. */
	readonly enabled: readonly GroupConfig[];
	readonly clock: Clock;
	/** Aborted by Ctrl-C and the like, before anything is stopped. */
	readonly signal: AbortSignal;
	/** Says on stderr what is being waited for; taken away before the command ends. */
	readonly status: StatusLine;
	/** Takes the config's secrets, and those that were found since, out of what is shown. */
	redact(text: string): string;
	/** Starts the group's server; whoever asks again gets the same start. Never rejects but for faults of ours. */
	start(group: GroupConfig): Promise<Started>;
	/** What the server has written to stderr so far, the last 50 lines, without secrets. */
	stderrOf(group: string): readonly string[];
	/** What of the server's stdout was no message, the first few, without secrets. */
	noiseOf(group: string): readonly string[];
}

/** Whatever is still going on by then is left to the operating system; see `run-proxy.ts`. */
const stopWithinMs = 1300;

const keptLines = 50;
const keptNoise = 5;

/**
 * Does the work with the groups of the config file, and stops all servers after it. Resolves with what the work resolves
 * with, or with the signal's exit code when it was interrupted. Throws what the work throws, and `UserError` for a bad config.
 */
export async function withGroups(file: ConfigFile, work: (groups: OpenGroups) => Promise<number>): Promise<number> {
	const { path, home } = file;
	const { env } = process;
	const config = parseConfig(await file.text, { path, env, home });
	const interruption = catchInterruption();
	const { groups, close } = openGroups(config, home, interruption.signal);
	try {
		return await Promise.race([work(groups), interruption.code]);
	} finally {
		groups.status.clear();
		await Promise.race([close(), after(systemClock, stopWithinMs)]);
	}
}

function openGroups(config: Config, home: string, signal: AbortSignal) {
	const { env } = process;
	const clock = systemClock;
	const secrets = new Set<string>();
	const createOwnRedactor = () => createRedactor(() => [...config.secrets(), ...secrets]);
	let redactNow = createOwnRedactor();
	const redact = (text: string) => redactNow(text);
	const stderr = new Map<string, string[]>();
	const noise = new Map<string, string[]>();
	const log = createLog(readLogLevel(undefined), redact);
	const emit: Emit = (event) => {
		if (event.kind === "group-stderr") keep(event);
		if (event.kind === "group-ignored") keepNoise(event);
		log(event);
	};

	function keep({ group, line }: Event & { kind: "group-stderr" }): void {
		const lines = stderr.get(group) ?? [];
		stderr.set(group, lines);
		if (lines.push(redact(line)) > keptLines) lines.shift();
	}

	function keepNoise({ group, text }: Event & { kind: "group-ignored" }): void {
		const texts = noise.get(group) ?? [];
		noise.set(group, texts);
		if (text.trim() !== "" && texts.length < keptNoise) texts.push(redact(text.trim()));
	}

	function addSecrets(found: readonly string[]): void {
		for (const secret of found) secrets.add(secret);
		redactNow = createOwnRedactor();
	}

	let loginPath: Promise<string | undefined> | undefined;
	async function askLoginShell(): Promise<string | undefined> {
		const { createLoginPath } = await import("../../upstream/login-shell.ts");
		return createLoginPath({ env, platform: process.platform, signal })();
	}

	const signIns = createGroupSignIns({
		env,
		home,
		clock,
		emit,
		isBrowserForbidden: true,
		storeKind: () => config.tokenStore,
		addSecrets,
	});
	const definitionParts: DefinitionParts = {
		env,
		clock,
		emit,
		redact,
		addSecrets,
		loginPath: () => (loginPath ??= askLoginShell()),
		authorizer: async (name, server) => (await signIns.make(name, server))?.authorizer,
	};
	const groupParts: GroupParts = {
		clock,
		emit,
		clientInfo: ourselves,
		random: Math.random,
		redact,
		// This one knows of its starts by itself.
		onOutcome: () => {},
		onReady: () => {},
		// A command asks once, and needs not follow what changes.
		onNotification: () => {},
		// Nobody is asked anything: a command is no client that has somebody to ask.
		onRequest: (_group, link, { id, method }) =>
			link.refuse(id, { code: errorCode.methodNotFound, message: `dynamic-mcp has no ${method} here` }),
		capabilities: () => Promise.resolve("{}"),
		isNeeded: () => true,
	};

	const runNotes = createRunNotes({ cache: cacheDirectory(process.platform, env, home), clock, redact });
	const starts = new Map<string, Promise<Started>>();
	const links = new Set<Link>();
	let isClosed = false;

	function hold(link: Link): void {
		links.add(link);
		void link.closed.then(() => links.delete(link));
		if (isClosed) void link.close();
	}

	async function startNow(group: GroupConfig): Promise<Started> {
		const since = clock.now();
		const tookMs = () => clock.now() - since;
		if (group.misconfigured !== undefined) {
			return { kind: "misconfigured", group, tookMs: 0, reason: redact(group.misconfigured) };
		}
		const note = (outcome: Outcome) => {
			// What has ended because of us is no failure.
			if (!isClosed) runNotes.note(fingerprintOf(group), outcome);
		};
		try {
			const connection = await connect(groupDefinition(group, definitionParts), groupParts, hold);
			note({ kind: "ready", tookMs: tookMs() });
			return { kind: "ready", group, tookMs: tookMs(), connection };
		} catch (error) {
			if (!(error instanceof UpstreamError)) throw error;
			note({ kind: "failed", phase: error.phase, problem: error.detail });
			return { kind: "failed", group, tookMs: tookMs(), error: redacted(error, redact) };
		}
	}

	const line = createStatusLine(surfaceOf("stderr"));
	const groups: OpenGroups = {
		config,
		configOption: configPath(undefined, env, home).path === config.path ? "" : ` --config ${typedWord(config.path)}`,
		enabled: config.groups.filter(({ server }) => server.enabled),
		clock,
		signal,
		// Servers that are being stopped are not waited for by anybody.
		status: { show: (text) => (signal.aborted ? undefined : line.show(text)), clear: () => line.clear() },
		redact,
		start(group) {
			const started = starts.get(group.name) ?? startNow(group);
			starts.set(group.name, started);
			return started;
		},
		stderrOf: (group) => stderr.get(group) ?? [],
		noiseOf: (group) => noise.get(group) ?? [],
	};

	async function close(): Promise<void> {
		isClosed = true;
		// A start that has no link yet closes it as soon as it has one.
		await Promise.allSettled([
			...starts.values(),
			signIns.close(),
			runNotes.settled(),
			...Array.from(links, (link) => link.close()),
		]);
	}

	return { groups, close };
}

/** The same, without secrets. */
export function redacted(error: UpstreamError, redact: (text: string) => string): UpstreamError {
	const { group, phase, detail, lastWords, next } = error;
	return new UpstreamError(group, phase, redact(detail), { cause: error, lastWords: lastWords.map(redact), next });
}
