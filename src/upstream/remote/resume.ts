/** Follows the event stream that answers a request, across broken connections, until the answer is there. */
import type { Clock } from "../../base/clock.ts";
import { RequestFailure } from "./failure.ts";
import { pause } from "./pause.ts";
import { createPosition, isEventStream, type Position, readStream, type StreamReader } from "./stream.ts";

export interface Following extends StreamReader {
	readonly clock: Clock;
	readonly signal: AbortSignal;
	readonly isAnswered: () => boolean;
	/** Takes the stream up again after the event with that id. Rejects with `RequestFailure`. */
	readonly resume: (lastEventId: string) => Promise<Response>;
}

/** How often in a row a stream may be taken up again with nothing new on it. */
const maxAttempts = 5;

const firstPauseMs = 500;

/** Doubled with each attempt that finds nobody there: so a server has about two seconds to come back. */
const awayMs = 50;

/**
 * Resolves when a stream has ended after the answer. Rejects with `RequestFailure` when there will be none, or with the
 * signal's reason. A server may end a connection at any time and have us come back, which is no failure.
 */
export async function followAnswer(first: Response, following: Following): Promise<void> {
	const { clock, signal, isAnswered, resume } = following;
	const position = createPosition();
	let stream: Response | undefined = first;
	let problem = "";
	let attempts = 0;
	/** Of those, how many have failed in a row. */
	let failures = 0;
	for (;;) {
		const before = position.events;
		if (stream !== undefined) failures = 0;
		if (stream !== undefined) problem = await readToEnd(stream, following, position);
		if (isAnswered()) return;
		if (position.events > before) attempts = 0;
		const { lastEventId, retryMs } = position;
		if (lastEventId === undefined || attempts === maxAttempts) throw unfinished(problem);
		// A server that is being restarted needs longer than it asked for when it only cut the connection.
		const patience = failures === 0 ? 0 : awayMs * 2 ** failures;
		await pause(clock, Math.max(retryMs ?? firstPauseMs, patience), signal);
		attempts++;
		failures++;
		stream = await resume(lastEventId).catch((error: unknown) => {
			signal.throwIfAborted();
			if (!(error instanceof RequestFailure) || error.facts.remedy !== "wait") throw unresumable(error);
			problem = error.message;
			return undefined;
		});
		if (stream !== undefined && !isEventStream(stream)) throw unfinished("the stream cannot be taken up again");
	}
}

/** What ended the stream, in words. */
async function readToEnd(stream: Response, following: Following, position: Position): Promise<string> {
	try {
		await readStream(stream, position, following);
		return "its event stream ended without the answer";
	} catch (error) {
		following.signal.throwIfAborted();
		if (error instanceof RequestFailure) throw error;
		return `the connection was cut in the middle of the answer`;
	}
}

function unfinished(problem: string): RequestFailure {
	return new RequestFailure(`${problem}; it may have done part of its work`, { remedy: "wait" });
}

/** The request itself has been seen, so it must not be repeated, whatever became of the session. */
function unresumable(error: unknown): unknown {
	if (!(error instanceof RequestFailure)) return error;
	const { remedy, status } = error.facts;
	const problem = `${error.message}, when its event stream was to be taken up again; it may have done part of its work`;
	return new RequestFailure(problem, {
		remedy: "wait",
		isSessionLost: remedy === "repeat",
		...(status === undefined ? {} : { status }),
	});
}
