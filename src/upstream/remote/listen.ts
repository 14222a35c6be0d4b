/** Listens to what a server has to say of its own accord. */
import type { Clock } from "../../base/clock.ts";
import { drop } from "./body.ts";
import { RequestFailure } from "./failure.ts";
import { pause } from "./pause.ts";
import { createPosition, isEventStream, type Position, readStream, type StreamReader } from "./stream.ts";

export interface Listening extends StreamReader {
	readonly clock: Clock;
	readonly signal: AbortSignal;
	/** From 0 to 1. */
	readonly random: () => number;
	/** Opens the stream, after the event with that id if there was one. Rejects with `RequestFailure`. */
	readonly open: (lastEventId: string | undefined) => Promise<Response>;
	/** Whether the stream is open from now on. */
	readonly onOpen: (isOpen: boolean) => void;
	readonly onSessionLost: () => void;
	readonly onTrouble: (what: string) => void;
}

const firstPauseMs = 1_000;
const lastPauseMs = 60_000;

/** A stream that lasted this long was all right. */
const soundMs = 30_000;

/**
 * Opens the stream again and again, with growing pauses, or with those that the server asks for. Resolves when the
 * server does not offer one, which it need not, when the session is over, or at the signal. Never rejects.
 */
export async function listen(listening: Listening): Promise<void> {
	const { clock, signal, random, onSessionLost, onTrouble } = listening;
	const position = createPosition();
	let pauses = 0;
	let wasOpen = false;
	while (!signal.aborted) {
		const startedAt = clock.now();
		const end = await listenOnce(listening, position);
		if (signal.aborted || end === "not offered") return;
		// Some servers answer 404 where they offer no stream: only once there was one, it is the session that is gone.
		if (end === "not found") return wasOpen ? onSessionLost() : undefined;
		wasOpen ||= end === "ended";
		pauses = end === "ended" && clock.now() - startedAt >= soundMs ? 0 : pauses + 1;
		const delayMs =
			position.retryMs ?? Math.min(lastPauseMs, firstPauseMs * 2 ** (pauses - 1)) * (0.8 + 0.4 * random());
		if (end !== "ended") onTrouble(`the stream for its own messages cannot be opened: ${end}`);
		await pause(clock, delayMs, signal).catch(() => {});
	}
}

/** How one attempt ended: anything but these three words is a problem that may pass. */
async function listenOnce({ open, onOpen, hand, onOversize, signal }: Listening, position: Position): Promise<string> {
	let stream: Response;
	try {
		stream = await open(position.lastEventId);
	} catch (error) {
		if (signal.aborted || !(error instanceof RequestFailure)) return "not offered";
		const { remedy } = error.facts;
		if (remedy === "wait" || remedy === "sign in") return error.message;
		return remedy === "repeat" ? "not found" : "not offered";
	}
	if (!isEventStream(stream)) {
		drop(stream);
		return "not offered";
	}
	onOpen(true);
	// However it ends, there may be more.
	await readStream(stream, position, { hand, onOversize }).catch(() => {});
	onOpen(false);
	return "ended";
}
