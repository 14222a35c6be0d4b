/** Brings what sessions have counted to the ledger: once they are over, and now and then. Nobody waits for it. */
import { after, type Clock } from "../base/clock.ts";
import { errorText } from "../base/errors.ts";
import type { Counted, Tally } from "./counts.ts";
import type { Ledger } from "./ledger.ts";
import { createTally, type OpenTally } from "./tally.ts";

export interface KeeperOptions {
	readonly clock: Clock;
	/** Milliseconds since 1970. */
	readonly now?: () => number;
	/** Asked for each session, and before each writing. */
	readonly isOn: () => boolean;
	/** What a client would have directly: for each group its tools' definitions. */
	readonly direct: () => Promise<readonly Counted[]>;
	/** Opened for each writing, and closed after it. */
	readonly open: () => Promise<Ledger>;
	/** It cannot be kept. Told once: the next writing fails for the same reason. */
	readonly onProblem: (text: string) => void;
}

export interface Keeper {
	/** For one more session; undefined when nothing is to be counted. */
	open(): Tally | undefined;
	/** Writes what there is to be written, and tries again for a moment while others write. Never rejects. */
	write(): Promise<void>;
	close(): void;
}

interface Session {
	readonly tally: OpenTally;
	readonly started: number;
	row: number | undefined;
	/** What is not written yet. */
	waiting: Counted[];
	hasDirect: boolean;
}

const everyMs = 5 * 60 * 1000;
const attempts = 16;
const pauseMs = 25;

export function createKeeper({ clock, now = Date.now, isOn, direct, open, onProblem }: KeeperOptions): Keeper {
	const sessions = new Set<Session>();
	let writing = Promise.resolve();
	let isProblemKnown = false;
	let stopTimer: (() => void) | undefined;

	function openTally(): Tally | undefined {
		if (!isOn()) return undefined;
		const tally = createTally();
		sessions.add({ tally, started: now(), row: undefined, waiting: [], hasDirect: false });
		stopTimer ??= clock.after(everyMs, tick);
		return tally;
	}

	function tick(): void {
		stopTimer = sessions.size === 0 ? undefined : clock.after(everyMs, tick);
		void write();
	}

	function write(): Promise<void> {
		writing = writing.then(writeAll).catch(report);
		return writing;
	}

	async function writeAll(): Promise<void> {
		if (!isOn()) return;
		const due: Session[] = [];
		for (const session of sessions) {
			if (await collect(session)) due.push(session);
			else if (session.tally.hasEnded) sessions.delete(session);
		}
		if (due.length === 0) return;
		await patiently(() => writeDue(due));
		for (const session of due) if (session.tally.hasEnded) sessions.delete(session);
	}

	/** May be called again after it has thrown: what is written is not written twice. */
	async function writeDue(due: readonly Session[]): Promise<void> {
		const ledger = await open();
		try {
			for (const session of due) {
				const { row, started, waiting } = session;
				if (waiting.length === 0) continue;
				session.row = ledger.add({ session: row, started, now: now(), counted: waiting });
				session.waiting = [];
			}
			ledger.sumUp(now());
		} finally {
			ledger.close();
		}
	}

	/** Puts aside what is to be written; false for nothing. A client that only looks whether we are there, and asks for no tools, is no session. */
	async function collect(session: Session): Promise<boolean> {
		const { tally, waiting } = session;
		if (!tally.isListed) return false;
		const taken = tally.take();
		if (!session.hasDirect) {
			session.hasDirect = true;
			taken.push(...(await direct()));
		}
		waiting.push(...taken);
		return waiting.length > 0;
	}

	async function patiently(attempt: () => Promise<void>): Promise<void> {
		for (let left = attempts; ; left--) {
			try {
				return await attempt();
			} catch (error) {
				if (left <= 1 || !isBusy(error)) throw error;
				await after(clock, pauseMs);
			}
		}
	}

	function report(error: unknown): void {
		if (isProblemKnown) return;
		isProblemKnown = true;
		onProblem(errorText(error));
	}

	return { open: openTally, write, close: () => stopTimer?.() };
}

/** Another process is writing: a moment later it may work. */
function isBusy(error: unknown): boolean {
	const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
	return typeof code === "string" && /^SQLITE_(?:BUSY|LOCKED)/.test(code);
}
