/** A server that we start, as a channel over its stdin and stdout. */
import type { Subprocess } from "bun";

import { after, type Clock } from "../base/clock.ts";
import type { Channel, CloseReason, Outgoing, Receive } from "../protocol/channel.ts";
import { createLineCutter } from "../protocol/framing.ts";
import { createMessageWriter, readMessages } from "../protocol/line-stream.ts";
import { type ProcessSpec, spawnServer } from "./spawn.ts";
import { stopGroup } from "./stop.ts";

export interface StdioHooks {
	readonly clock: Clock;
	readonly receive: Receive;
	/** Each line of the server's stderr; what it returns is kept as the server's last words. */
	readonly onStderr: (line: string) => string;
}

/** How long a server may take to end by itself after its stdin was closed, before it is sent SIGTERM. */
const graceMs = 700;

/** A server that closes its stdout is about to exit, and its exit code tells more; this long is waited for it. */
const exitAfterEofMs = 200;

/** After an exit the pipes are read until they end, or until they were quiet for this long: a grandchild may hold them. */
const drainQuietMs = 50;
const drainLimitMs = 500;

/** What a server may leave unread before it is taken for stuck, one message not counted: our memory must not grow with it. */
const maxUnread = 64 * 2 ** 20;

const keptStderrLines = 50;
const maxStderrLineBytes = 4096;

/** Starts the server in its own process group. Throws `UpstreamError` when it cannot be started. */
export function openProcess(spec: ProcessSpec, { clock, receive, onStderr }: StdioHooks): Channel {
	const child = spawnServer(spec);
	const { promise: closed, resolve } = Promise.withResolvers<CloseReason>();
	const lastWords: string[] = [];
	let lastChunk = clock.now();
	let closing: Promise<CloseReason> | undefined;

	const writer = createMessageWriter(child.stdin, () => {
		// A server that no longer reads exits, which is told below, or answers nothing, which ends in a timeout.
	});
	const onChunk = () => {
		lastChunk = clock.now();
	};
	/** How many messages their receiver holds up at the moment: until it goes on, silence means nothing. */
	let held = 0;
	const readStdout = readMessages(child.stdout, {
		onChunk,
		receive(incoming) {
			const busy = receive(incoming);
			if (busy === undefined) return undefined;
			held++;
			return busy.finally(() => {
				held--;
				onChunk();
			});
		},
	});
	const readStderr = readLines(child.stderr, (line) => {
		if (lastWords.push(onStderr(line)) > keptStderrLines) lastWords.shift();
	});
	void afterEof();
	void afterExit();

	async function afterEof(): Promise<void> {
		await readStdout;
		await Promise.race([child.exited, after(clock, exitAfterEofMs)]);
		if (!hasExited(child)) await finish("ended", "it closed its stdout", 0);
	}

	async function afterExit(): Promise<void> {
		await child.exited;
		await Promise.race([Promise.all([readStdout, readStderr]), untilQuiet()]);
		await finish("ended", describeExit(child), 0, child.exitCode === 0);
	}

	async function untilQuiet(): Promise<void> {
		const started = clock.now();
		const isBusy = () => held > 0 || clock.now() - lastChunk < drainQuietMs;
		do await after(clock, drainQuietMs);
		while (isBusy() && clock.now() - started < drainLimitMs);
	}

	/** Whatever ends the channel ends the whole process group; the first reason is the one that is told. */
	function finish(kind: CloseReason["kind"], detail: string, waitMs: number, isClean = false): Promise<CloseReason> {
		closing ??= stopGroup(child, { clock, graceMs: waitMs }).then(() => {
			resolve({ kind, detail, lastWords: [...lastWords], ...(isClean ? { isClean } : {}) });
			return closed;
		});
		return closing;
	}

	function send({ text }: Outgoing): void | Promise<void> {
		if (writer.waiting <= maxUnread) return writer.write(text);
		void finish("failed", "it does not read its stdin, where more than 64 MB wait for it", 0);
		return undefined;
	}

	return {
		send,
		closed,
		close: () => finish("closed", "it was stopped by dynamic-mcp", graceMs),
	};
}

function hasExited({ exitCode, signalCode }: Subprocess): boolean {
	return exitCode !== null || signalCode !== null;
}

function describeExit({ exitCode, signalCode }: Subprocess): string {
	return signalCode === null ? `it exited with code ${exitCode}` : `it was killed by ${signalCode}`;
}

async function readLines(stream: ReadableStream<Uint8Array>, onLine: (line: string) => void): Promise<void> {
	const onOversize = (head: string) => onLine(`${head}…`);
	const cutter = createLineCutter({ maxBytes: maxStderrLineBytes, onLine, onOversize });
	try {
		for await (const chunk of stream) cutter.push(chunk);
	} catch {
		// The pipe broke with the process; its exit is what gets told.
	}
	cutter.end();
}
