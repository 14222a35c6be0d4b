/** Says to a person why a group cannot be looked at, and what to do. Pure. */
import { type UpstreamError, UserError } from "../../base/errors.ts";
import type { CloseReason } from "../../protocol/channel.ts";
import { printable } from "../output/printable.ts";
import { typedWord } from "../output/typed-word.ts";
import type { OpenGroups, Started } from "./open-groups.ts";

export interface Failure {
	/** As in `could not be started: command "npx" was not found`. Without secrets and without control characters. */
	readonly problem: string;
	/** A sentence; undefined when the problem says it all. */
	readonly hint: string | undefined;
	/** The server's last lines on stderr, oldest first. */
	readonly stderr: readonly string[];
}

type Told = Pick<OpenGroups, "config" | "configOption">;

/** More would bury the reason. */
const quotedLines = 10;

export function failureOf(started: Exclude<Started, { kind: "ready" }>, groups: Told): Failure {
	if (started.kind === "failed") return upstreamFailure(started.error, groups);
	const problem = `cannot be used: ${printable(started.reason)}`;
	return { problem, hint: `Mend it in ${groups.config.path}.`, stderr: [] };
}

/** The error's texts are redacted. */
export function upstreamFailure({ group, phase, detail, lastWords }: UpstreamError, groups: Told): Failure {
	if (phase === "sign-in") return needsSignIn(group, detail, groups);
	const what = phase === "list" || phase === "timeout" ? "does not say what it has" : "could not be started";
	return { problem: printable(`${what}: ${detail}`), hint: undefined, stderr: quoted(lastWords) };
}

export function needsSignIn(group: string, detail: string, { configOption }: Told): Failure {
	const hint = `Sign in with: dynamic-mcp auth ${typedWord(group)}${configOption}`;
	// Which the hint says better: with the config.
	const found = detail.replace(/: run dynamic-mcp auth .*$/s, "");
	return { problem: printable(`needs a sign-in: ${found}`), hint, stderr: [] };
}

export function endedDuring(what: string, { detail, lastWords }: CloseReason): Failure {
	return { problem: printable(`ended during ${what}: ${detail}`), hint: undefined, stderr: quoted(lastWords) };
}

export function userError(group: string, failure: Failure): UserError {
	const { hint } = failure;
	return new UserError(groupFailure(group, { ...failure, hint: undefined }), hint === undefined ? {} : { hint });
}

/** All that is known, in a few lines. */
export function groupFailure(group: string, { problem, hint, stderr }: Failure): string {
	const lines = stderr.length === 0 ? [] : ["Its last lines on stderr:", ...stderr.map((line) => `  ${line}`)];
	return [`"${group}" ${problem}`, ...lines, ...(hint === undefined ? [] : [hint])].join("\n");
}

function quoted(lines: readonly string[]): string[] {
	return lines.slice(-quotedLines).map(printable);
}
