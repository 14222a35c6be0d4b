/** A child process that speaks JSON-RPC lines on its stdin and stdout, driven by a test. */
import { createLineCutter } from "./lines.ts";
import { createMessageLog, type Line } from "./message-log.ts";
import { type Id, isMessage, isReplyTo, type Message } from "./messages.ts";
import { patienceMs } from "./patience.ts";
import { childrenOf, descendantsOf, killAll, processesWithEnvironment } from "./processes.ts";

export interface PeerOptions {
	command: readonly string[];
	cwd: string;
	/** The whole environment. A `HOME` that no other process has also finds the orphans of this one. */
	env: Record<string, string>;
}

export interface Exit {
	code: number | null;
	signal: NodeJS.Signals | number | null;
	/** Since the last `closeStdin` or `signal`, else since the start. */
	ms: number;
}

export interface Peer extends AsyncDisposable {
	readonly pid: number;
	readonly lines: readonly Line[];
	readonly exited: Promise<Exit>;
	/** Sends a request; resolves with the whole reply, be it a result or an error. */
	request(method: string, params?: unknown, options?: { id?: Id; withinMs?: number }): Promise<Message>;
	notify(method: string, params?: unknown): Promise<void>;
	/** Writes exactly this; a message needs its own `\n`. */
	sendRaw(data: string | Uint8Array): Promise<void>;
	/** The first message not yet awaited elsewhere that satisfies `wanted`, past or future. */
	nextMessage(wanted: (message: Message) => boolean, withinMs?: number): Promise<Message>;
	nextBatch(withinMs?: number): Promise<Message[]>;
	/** Every message so far, batches taken apart. */
	messages(): Message[];
	/** stdout lines that are no JSON-RPC. */
	strangers(): string[];
	stderrText(): string;
	/** Resolves when stderr holds `part`. */
	stderrHas(part: string | RegExp): Promise<void>;
	closeStdin(): Promise<void>;
	signal(name: NodeJS.Signals): void;
	children(): number[];
	/** The process, its living descendants, and orphans with its `HOME`. */
	tree(): number[];
	/** Kills the whole tree. */
	kill(): Promise<void>;
}

export function openPeer(options: PeerOptions): Peer {
	const { env, cwd } = options;
	const child = Bun.spawn([...options.command], { cwd, env, stdin: "pipe", stdout: "pipe", stderr: "pipe" });
	const log = createMessageLog();
	const cutter = createLineCutter(log.append);
	const stderrWatchers = new Set<() => void>();
	let stderr = "";
	let nextId = 1;
	let stoppedAt = performance.now();

	const stdoutEnded = readAll(child.stdout, cutter.push);
	const stderrDecoder = new TextDecoder();
	const stderrEnded = readAll(child.stderr, (chunk) => {
		stderr += stderrDecoder.decode(chunk, { stream: true });
		for (const watcher of stderrWatchers) watcher();
	});
	const exited = child.exited.then(async () => {
		const ms = performance.now() - stoppedAt;
		// An orphan of the child may hold the pipes for ever.
		await Promise.race([Promise.all([stdoutEnded, stderrEnded]), Bun.sleep(200)]);
		// What it wrote last has to be a whole line, unless it was cut short by a signal.
		if (child.signalCode === null && cutter.rest().length > 0) log.append(cutter.rest());
		log.end();
		return { code: child.signalCode === null ? child.exitCode : null, signal: child.signalCode, ms };
	});

	const failure = (what: string) =>
		new Error(`${what}\n  command: ${options.command.join(" ")}\n  stderr: ${stderr.slice(-2_000) || "(empty)"}`);

	const sendRaw = async (data: string | Uint8Array) => {
		void child.stdin.write(data);
		await child.stdin.flush();
	};

	const claim = async (wanted: (value: unknown) => boolean, what: string, withinMs: number) => {
		const value = await log.claim(wanted, withinMs);
		if (value === undefined) {
			const why = child.exitCode === null && child.signalCode === null ? `within ${withinMs} ms` : "before it ended";
			throw failure(`no ${what} ${why}`);
		}
		return value;
	};

	const tree = () => {
		const home = env["HOME"];
		const orphans = home === undefined ? [] : processesWithEnvironment("HOME", home);
		return [...new Set([...descendantsOf(child.pid), ...orphans])];
	};

	const kill = async () => {
		await killAll(tree);
		await exited;
	};

	return {
		pid: child.pid,
		lines: log.lines,
		exited,
		async request(method, params, { id = nextId++, withinMs = patienceMs } = {}) {
			const reply = claim((value) => isMessage(value) && isReplyTo(id)(value), `reply to ${method}`, withinMs);
			// A write to a process that has died shows as a missing reply, with more to read about it.
			sendRaw(encode({ jsonrpc: "2.0", id, method, params })).catch(() => undefined);
			return (await reply) as Message;
		},
		notify: (method, params) => sendRaw(encode({ jsonrpc: "2.0", method, params })),
		sendRaw,
		async nextMessage(wanted, withinMs = patienceMs) {
			return (await claim((value) => isMessage(value) && wanted(value), "such message", withinMs)) as Message;
		},
		nextBatch: async (withinMs = patienceMs) => (await claim(Array.isArray, "batch", withinMs)) as Message[],
		messages: () => log.lines.flatMap(({ value }) => value).filter(isMessage),
		strangers: () => log.strangers(),
		stderrText: () => stderr,
		async stderrHas(part) {
			const isThere = () => (typeof part === "string" ? stderr.includes(part) : part.test(stderr));
			if (isThere()) return;
			await new Promise<void>((resolve, reject) => {
				const timer = setTimeout(() => reject(failure(`stderr never held ${part}`)), patienceMs);
				const watcher = () => {
					if (!isThere()) return;
					clearTimeout(timer);
					stderrWatchers.delete(watcher);
					resolve();
				};
				stderrWatchers.add(watcher);
			});
		},
		async closeStdin() {
			stoppedAt = performance.now();
			await child.stdin.end();
		},
		signal(name) {
			stoppedAt = performance.now();
			child.kill(name);
		},
		children: () => childrenOf(child.pid),
		tree,
		kill,
		[Symbol.asyncDispose]: kill,
	};
}

function encode(message: Record<string, unknown>): string {
	return `${JSON.stringify(message)}\n`;
}

async function readAll(stream: ReadableStream<Uint8Array>, onChunk: (chunk: Uint8Array) => void): Promise<void> {
	for await (const chunk of stream) onChunk(chunk);
}
