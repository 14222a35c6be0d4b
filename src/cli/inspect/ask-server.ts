/** Asks a group's server for something, shows how far it is, and takes the question back when the person interrupts. */
import { UpstreamError, UserError } from "../../base/errors.ts";
import { isObject } from "../../base/objects.ts";
import type { GroupConfig } from "../../config/load.ts";
import type { Connection } from "../../protocol/connection.ts";
import { memberSpan, sliceSpan } from "../../protocol/json-text.ts";
import type { Notification, Reply } from "../../protocol/jsonrpc.ts";
import { parseLongReply } from "../../protocol/long-reply.ts";
import type { Outcome } from "../../protocol/pending.ts";
import type { Feature } from "../../relay/group.ts";
import { printable } from "../output/printable.ts";
import { endedDuring, failureOf, needsSignIn, upstreamFailure, userError } from "./failure.ts";
import { unlessInterrupted } from "./interruption.ts";
import { type OpenGroups, redacted } from "./open-groups.ts";

export interface Question {
	readonly group: GroupConfig;
	readonly connection: Connection;
	/** As in "get-sum" or "demo://x": what a person reads about it. */
	readonly what: string;
	readonly method: string;
	/** JSON text of the params, an object. */
	readonly params: string;
	readonly timeoutMs: number;
	/** Whose `timeout` it is. */
	readonly feature: Feature;
}

export interface ServerAnswer {
	readonly result: Readonly<Record<string, unknown>>;
	/** As the server wrote it. */
	readonly text: string;
}

/** Starts the group. Throws `UserError` when it cannot be. */
export async function openGroup(groups: OpenGroups, group: GroupConfig): Promise<Connection> {
	groups.status.show(`Starting ${group.name} …`);
	const started = await unlessInterrupted(groups.signal, groups.start(group));
	groups.status.clear();
	if (started.kind === "ready") return started.connection;
	throw userError(group.name, failureOf(started, groups));
}

/** What goes wrong with the group meanwhile is a `UserError`. */
export async function orUserError<T>(groups: OpenGroups, reading: Promise<T>): Promise<T> {
	try {
		return await unlessInterrupted(groups.signal, reading);
	} catch (error) {
		if (!(error instanceof UpstreamError)) throw error;
		throw userError(error.group, upstreamFailure(redacted(error, groups.redact), groups));
	}
}

/** Throws `UserError` when there is no result. Never settles once the person has interrupted. */
export async function askServer(groups: OpenGroups, question: Question): Promise<ServerAnswer> {
	const { group, connection, what, method, params, timeoutMs } = question;
	groups.status.show(`Waiting for ${what} of ${group.name} …`);
	const outcome = await new Promise<Outcome>((resolve) => {
		const cancel = connection.link.request(
			{
				method,
				params: (id) => withToken(params, id),
				timeoutMs,
				onProgress: (progress) => groups.status.show(`${what}: ${describeProgress(progress)}`),
			},
			(settled) => (settled.kind === "cancelled" ? undefined : resolve(settled)),
		);
		groups.signal.addEventListener("abort", () => cancel("the user has interrupted it"), { once: true });
	});
	groups.status.clear();
	return answerOf(groups, question, outcome);
}

function answerOf(groups: OpenGroups, question: Question, outcome: Outcome): ServerAnswer {
	const { group, what } = question;
	switch (outcome.kind) {
		case "reply": {
			const reply = outcome.reply.kind === "reply" ? outcome.reply : parseLongReply(outcome.reply);
			if (reply === undefined) throw new UserError(`the answer of "${group.name}" is not valid JSON`);
			return readReply(question, reply);
		}
		case "timeout":
			throw timedOut(question, outcome);
		case "closed": {
			const { detail, lastWords } = outcome.reason;
			const reason = { ...outcome.reason, detail: groups.redact(detail), lastWords: lastWords.map(groups.redact) };
			throw userError(group.name, endedDuring(what, reason));
		}
		case "unanswered": {
			const problem = groups.redact(outcome.problem);
			if (outcome.remedy === "sign in") throw userError(group.name, needsSignIn(group.name, problem, groups));
			throw new UserError(printable(`"${group.name}" did not answer ${what}: ${problem}`));
		}
		case "cancelled":
			throw new UserError(`${what} was cancelled: ${outcome.reason}`);
		default:
			return outcome satisfies never;
	}
}

function readReply({ group, what }: Question, { result, error, text }: Reply): ServerAnswer {
	if (error !== undefined) {
		const { code, message, data } = error;
		const more = data === undefined ? "" : `\n${JSON.stringify(data, undefined, 2)}`;
		throw new UserError(printable(`"${group.name}" answered ${what} with an error: ${message} (${code})${more}`));
	}
	const span = memberSpan(text, ["result"]);
	if (!isObject(result) || span === undefined) {
		throw new UserError(`the answer of "${group.name}" to ${what} is no object`);
	}
	return { result, text: sliceSpan(text, span) };
}

function timedOut({ group, what, feature }: Question, { afterMs, soFar }: Outcome & { kind: "timeout" }): UserError {
	const far = soFar === undefined ? "" : ` (${printable(soFar)})`;
	const byOption = feature === "tools" ? "with --timeout 5min, or " : "";
	return new UserError(`${what} of "${group.name}" gave no answer within ${afterMs / 1000} s${far} and was cancelled`, {
		hint: `Give it more time ${byOption}by timeout.${feature} in the config.`,
	});
}

/** Asked for in any case: progress is a sign of life, which pushes the timeout back. */
function withToken(params: string, id: number): string {
	return `${params.slice(0, -1)}${params === "{}" ? "" : ","}"_meta":{"progressToken":${id}}}`;
}

function describeProgress({ params }: Notification): string {
	const { progress, total, message } = isObject(params) ? params : {};
	const far = typeof total === "number" ? `${String(progress)} of ${total}` : String(progress);
	return typeof message === "string" ? `${far}, ${printable(message)}` : far;
}
