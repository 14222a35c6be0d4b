/** The proxy's life: from the config to the last child process gone. */
import { after } from "../base/clock.ts";
import { parseConfig } from "../config/load.ts";
import { openStdio, type StdioChannel } from "../downstream/stdio.ts";
import type { LogLevel } from "../observe/log.ts";
import { compose, type Program, type Surroundings } from "./compose.ts";
import type { ConfigFile } from "./config-file.ts";

export interface ProxyOptions {
	readonly file: ConfigFile;
	readonly logLevel: LogLevel;
	/** No browser is opened for a sign-in. */
	readonly isBrowserForbidden?: boolean;
}

/** Exit codes of a program ended by a signal are 128 + the signal's number, as in every shell. */
const signals = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Clients give a server about 2 s and then kill it, which would leave its children behind.
 * Whatever is still going on by then is left to the operating system.
 */
const exitWithinMs = 1300;

/** After this time the start is over, and what was put off is done. */
const settledMs = 1000;

/**
 * How long may still take what needs no more of a server: answers, for whoever writes requests and closes the pipe at
 * once, and the writing of what servers have just told.
 */
const lastThingsMs = 100;

/** How long a client that does not read may hold up the last answers. */
const flushMs = 100;

/** Serves one client on stdin and stdout until it goes. Resolves with the exit code; throws `UserError` for a bad config. */
export async function runProxy({ file, logLevel, isBrowserForbidden = false }: ProxyOptions): Promise<number> {
	const { path, home } = file;
	const { env } = process;
	const surroundings = { env, home, logLevel, isBrowserForbidden };
	const program = compose(parseConfig(await file.text, { path, env, home }), surroundings);
	const { relay, emit, clock } = program;
	process.on("unhandledRejection", (error) => emit({ kind: "internal", error }));
	process.on("uncaughtException", (error) => emit({ kind: "internal", error }));

	let client: StdioChannel | undefined;
	clock.after(settledMs, () => void settleIn(file, surroundings, program));
	const session = relay.serve((receive) => (client = openStdio(receive)));
	const ended = session.link.closed.then(({ detail }) => ({ reason: detail, code: 0 }));
	const { reason, code } = await Promise.race([ended, signalled()]);
	emit({ kind: "stopping", reason });
	const lastThings = Promise.all([session.whenIdle(), program.settled()]);
	await Promise.race([lastThings, after(clock, lastThingsMs)]);
	await stop(program, client);
	return code;
}

/** What can wait until the client has had its first answers. */
async function settleIn(file: ConfigFile, surroundings: Surroundings, program: Program): Promise<void> {
	const { followConfig } = await import("./reload.ts");
	await followConfig(file, surroundings, program);
	await program.tidy();
}

function signalled(): Promise<{ reason: string; code: number }> {
	return new Promise((resolve) => {
		for (const [signal, code] of Object.entries(signals)) {
			process.on(signal, () => resolve({ reason: `received ${signal}`, code }));
		}
	});
}

/** What servers still answer while they stop is still handed to the client. */
async function stop({ close, clock }: Program, client: StdioChannel | undefined): Promise<void> {
	const stopped = close().then(() => Promise.race([client?.flushed(), after(clock, flushMs)]));
	await Promise.race([stopped, after(clock, exitWithinMs)]);
}
