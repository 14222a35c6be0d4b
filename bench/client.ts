/** The one client that measures every contestant: raw JSON-RPC over stdio, with as little of its own as possible. */
import { readFileSync } from "node:fs";

import { createLineCutter, idOf } from "./lines.ts";
import type { OnLine } from "./lines.ts";
import { stopTree } from "./processes.ts";

export type Reply = {
	/** `Bun.nanoseconds()` when its last byte was there, before decoding. */
	at: number;
	text: string;
};

export type OnReply = (id: number, ...line: Parameters<OnLine>) => void;

export type Client = {
	readonly pid: number;
	request(method: string, params: object): Promise<Reply>;
	notify(method: string): void;
	/** Reserves ids for a batch whose replies go to `onReply` instead of to a promise. Call the result to end it. */
	claim(count: number, onReply: OnReply): { first: number; release: () => void };
	/** Resolves when the pipe took the bytes. */
	send(bytes: Uint8Array): Promise<void>;
	/** Rejects when the process ends; never resolves. */
	readonly throwOnExit: Promise<never>;
	stop(): Promise<void>;
};

export type LaunchOptions = { command: string[]; cwd: string; env: Record<string, string>; stderrPath: string };

/** Far from the small ids that a server may use for requests of its own, and of constant width within a batch. */
const firstId = 1_000_000;

export function launch({ command, cwd, env, stderrPath }: LaunchOptions): Client {
	const child = Bun.spawn(command, { cwd, env, stdin: "pipe", stdout: "pipe", stderr: Bun.file(stderrPath) });
	const waiting = new Map<number, PromiseWithResolvers<Reply>>();
	let nextId = firstId;
	let gone: Error | undefined;
	let batch: { first: number; end: number; onReply: OnReply } | undefined;

	const throwOnExit = child.exited.then((code): never => {
		gone = new Error(`ended with ${child.signalCode ?? `exit code ${code}`}${lastLines(stderrPath)}`);
		for (const { reject } of waiting.values()) reject(gone);
		waiting.clear();
		throw gone;
	});
	throwOnExit.catch(() => {}); // whoever waits for a reply was told; at rest an exit harms nobody

	const cutLines = createLineCutter((bytes, start, end) => {
		const id = idOf(bytes, start, end);
		if (batch !== undefined && id >= batch.first && id < batch.end) return batch.onReply(id, bytes, start, end);
		const at = Bun.nanoseconds();
		waiting.get(id)?.resolve({ at, text: decoder.decode(bytes.subarray(start, end)) });
		waiting.delete(id);
	});
	void readAll(child.stdout, cutLines);

	function write(message: object): void {
		try {
			void child.stdin.write(`${JSON.stringify(message)}\n`);
			const flushed = child.stdin.flush();
			if (typeof flushed !== "number") flushed.catch(() => {});
		} catch {
			// A broken pipe, here and above: the exit of the process says the same, with the reason, to all who wait.
		}
	}

	return {
		pid: child.pid,
		request(method, params) {
			if (gone !== undefined) return Promise.reject(gone);
			const id = nextId++;
			const reply = Promise.withResolvers<Reply>();
			waiting.set(id, reply);
			write({ jsonrpc: "2.0", id, method, params });
			return reply.promise;
		},
		notify(method) {
			write({ jsonrpc: "2.0", method });
		},
		claim(count, onReply) {
			const first = nextId;
			nextId += count;
			batch = { first, end: nextId, onReply };
			return { first, release: () => (batch = undefined) };
		},
		async send(bytes) {
			void child.stdin.write(bytes);
			await child.stdin.flush();
		},
		throwOnExit,
		stop: () => stopTree(child),
	};
}

export type Listing = { initialized: number; listed: number; text: string };

/** Does what every MCP client does first; the times are those at which the two replies were there. */
export async function handshake(client: Client): Promise<Listing> {
	const initialized = await client.request("initialize", {
		protocolVersion: "2025-06-18",
		capabilities: {},
		clientInfo: { name: "bench", version: "1.0.0" },
	});
	resultOf(initialized);
	client.notify("notifications/initialized");
	const listed = await client.request("tools/list", {});
	resultOf(listed);
	return { initialized: initialized.at, listed: listed.at, text: listed.text };
}

/** The reply's `result`; throws when it is an error, so that no failure is ever timed as a success. */
export function resultOf(reply: Reply): unknown {
	const { result, error } = JSON.parse(reply.text) as { result?: { isError?: boolean }; error?: unknown };
	if (result === undefined || result.isError === true) {
		throw new Error(`refused: ${JSON.stringify(error ?? result).slice(0, 200)}`);
	}
	return result;
}

const decoder = new TextDecoder();

async function readAll(stream: ReadableStream<Uint8Array>, take: (chunk: Uint8Array) => void): Promise<void> {
	for await (const chunk of stream) take(chunk);
}

function lastLines(path: string): string {
	const text = readFileSync(path, "utf8").trim();
	return text === "" ? "" : `: ${text.slice(-300).replaceAll("\n", " | ")}`;
}
