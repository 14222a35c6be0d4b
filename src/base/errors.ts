/** The kinds of failure, by who must act. */

/** The person running the program must change something. Printed as one message, exit code 1, no stack trace. */
export class UserError extends Error {
	override readonly name = "UserError";
	/** What to do about it: an imperative sentence, or undefined when the message says it all. */
	readonly hint: string | undefined;

	constructor(message: string, options: ErrorOptions & { hint?: string } = {}) {
		super(message, options);
		this.hint = options.hint;
	}
}

/**
 * `connect`: nothing could be reached at its address, or nothing that works at the moment. `refused`: what is there wants
 * something else of us first. `sign-in`: somebody has to sign in first. `lost`: it no longer knows us, and has not acted on what was asked. `waiting`: not even
 * tried, because the last attempts failed and it is too early for another one.
 */
export type UpstreamPhase =
	"spawn" | "connect" | "refused" | "sign-in" | "handshake" | "list" | "timeout" | "exit" | "lost" | "waiting";

/** An upstream server let us down; the client is told which one, when, and what was found. */
export class UpstreamError extends Error {
	override readonly name = "UpstreamError";
	/** What was found, without the prefix that names group and phase. */
	readonly detail: string;
	/** What the server wrote to stderr last, oldest line first. */
	readonly lastWords: readonly string[];
	/** What happens next, as a sentence; empty when there is nothing to say. */
	readonly next: string;

	constructor(
		readonly group: string,
		readonly phase: UpstreamPhase,
		detail: string,
		options: ErrorOptions & { lastWords?: readonly string[]; next?: string } = {},
	) {
		super(`group "${group}" failed during ${phase}: ${detail}`, options);
		this.detail = detail;
		this.lastWords = options.lastWords ?? [];
		this.next = options.next ?? "";
	}
}

/** Whether it is what the system reports under this name, as in `ENOENT`. */
export function hasCode(error: unknown, code: string): boolean {
	return error instanceof Error && "code" in error && error.code === code;
}

/** What was thrown, in its own words. */
export function errorText(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

/** The same with where it was thrown, for a fault of ours. */
export function errorTrace(error: unknown): string {
	return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
