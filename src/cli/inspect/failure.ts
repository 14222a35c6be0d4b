/** Says to a person why a group cannot be looked at, and what to do. Pure. */
import { type UpstreamError, UserError } from "../../base/errors.ts";
import type { CloseReason } from "../../protocol/channel.ts";
import { printable } from "../output/printable.ts";
import type { Started } from "./open-groups.ts";

export interface Failure {
	/** As in `could not be started: command "npx" was not found`. Without secrets and without control characters. */
	readonly problem: string;
	/** A sentence; undefined when the problem says it all. */
	readonly hint: string | undefined;
	/** The server's last lines on stderr, oldest first. */
	readonly stderr: readonly string[];
}

/** More would bury the reason. */
const quotedLines = 10;

export function failureOf(started: Exclude<Started, { kind: "ready" }>, configPath: string): Failure {
	if (started.kind === "failed") return upstreamFailure(started.error);
	const problem = `cannot be used: ${printable(started.reason)}`;
	return { problem, hint: `Mend it in ${configPath}.`, stderr: [] };
}

/** The error's texts are redacted. */
export function upstreamFailure({ group, phase, detail, lastWords }: UpstreamError): Failure {
	if (phase === "sign-in") return needsSignIn(group, detail);
	const what = phase === "list" || phase === "timeout" ? "does not say what it has" : "could not be started";
	return { problem: printable(`${what}: ${detail}`), hint: undefined, stderr: quoted(lastWords) };
}

export function needsSignIn(group: string, detail: string): Failure {
	const hint = `Sign in with: dynamic-mcp auth ${/^[\w.-]+$/.test(group) ? group : JSON.stringify(group)}`;
	return { problem: printable(`needs a sign-in: ${detail}`), hint, stderr: [] };
}

export function endedDuring(what: string, { detail, lastWords }: CloseReason): Failure {
	return { problem: printable(`ended during ${what}: ${detail}`), hint: undefined, stderr: quoted(lastWords) };
}

export function userError(group: string, { problem, hint, stderr }: Failure): UserError {
	const lines =
		stderr.length === 0 ? "" : `\nIts last lines on stderr:\n${stderr.map((line) => `  ${line}`).join("\n")}`;
	return new UserError(`"${group}" ${problem}${lines}`, hint === undefined ? {} : { hint });
}

function quoted(lines: readonly string[]): string[] {
	return lines.slice(-quotedLines).map(printable);
}
