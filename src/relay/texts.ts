/** Everything we say to the model ourselves. Each text names the thing, what was found, and what to do next. Pure. */
import type { UpstreamError, UpstreamPhase } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import type { Problem } from "../catalog/check-arguments.ts";
import type { CloseReason } from "../protocol/channel.ts";
import type { Tool } from "../protocol/mcp.ts";
import type { Outcome } from "../protocol/pending.ts";
import { type Feature, type Groups, toolGroups } from "./group.ts";
import { joinDescription } from "./menu.ts";
import { callTool, getTools } from "./meta-tools.ts";

/** Last stderr lines that are quoted; more would bury the reason. */
const quotedLines = 10;

/** JSON text of a tool result with this text. `isError` is what makes the model read it as a failure. */
export function printText(text: string, isError: boolean): string {
	const content = [{ type: "text", text }];
	return JSON.stringify(isError ? { content, isError } : { content });
}

export function listGroups(groups: Groups, describeState: (group: string) => string | undefined): string {
	const lines = toolGroups([...groups.values()]).map(({ name, description, unusable }) => {
		const state = unusable === undefined ? describeState(name) : `cannot be used: ${unusable}`;
		const line = `- ${joinDescription(name, description, Number.POSITIVE_INFINITY)}`;
		return state === undefined ? line : `${line} (${state})`;
	});
	if (lines.length === 0) return "No group with tools is configured.";
	return `${lines.join("\n")}\n\n${getTools} {group} shows a group's tools.`;
}

function nameGroups(groups: Groups): string {
	const names = toolGroups([...groups.values()]).map(({ name }) => name);
	return names.length === 0 ? "No group with tools is configured." : `Groups: ${names.join(", ")}.`;
}

export function needsGroup(groups: Groups): string {
	return `${callTool} needs a group. ${nameGroups(groups)}`;
}

export function unknownGroup(name: string, groups: Groups): string {
	return `There is no group "${name}".${didYouMean(nearest(name, groups.keys()))} ${nameGroups(groups)}`;
}

export function unusableGroup(name: string, reason: string): string {
	return `Group "${name}" cannot be used: ${reason}. The user has to change the config.`;
}

export function disabledFeature(name: string, feature: Feature): string {
	return `Group "${name}" has its ${feature} switched off: features.${feature} is false in the config.`;
}

export function missingName(group: string): string {
	return `${callTool} needs the name of a tool of group "${group}". ${getTools} {"group":${JSON.stringify(group)}} shows them.`;
}

export function wrongArgsShape(group: string): string {
	return `"args" must be an object with the tool's arguments, like {"path":"/tmp"}; it was not. ${getTools} {"group":${JSON.stringify(group)}} shows them.`;
}

/** Of a tool in the client's own list. */
export function unknownName(name: string | undefined): string {
	const found = name === undefined ? "none was named" : `"${name}"`;
	return `Unknown tool: ${found}; ${getTools} shows what there is, ${callTool} calls it`;
}

export function deniedTool(group: string, name: string): string {
	return `"${name}" of group "${group}" is switched off by tools.allow or tools.deny in the config.`;
}

export function unknownTool(group: string, name: string, tools: ReadonlyMap<string, Tool>): string {
	const close = nearest(name, tools.keys());
	const next = `${getTools} {"group":${JSON.stringify(group)}} shows its ${tools.size} tools.`;
	return `Group "${group}" has no tool "${name}".${didYouMean(close)} ${next}`;
}

export function unknownPrompt(name: string, names: Iterable<string>): string {
	const hint = didYouMean(nearest(name, names));
	return `Unknown prompt: ${name}${hint === "" ? "" : `.${hint}`}`;
}

export function wrongArguments(group: string, name: string, problems: readonly Problem[], signature: string): string {
	const list = problems.map(({ path, message }) => (path === "" ? `- ${message}` : `- ${path}: ${message}`)).join("\n");
	return `The arguments do not fit ${name} of group "${group}", which was not called:\n${list}\n\n${signature}`;
}

export function timedOut(
	group: string,
	name: string,
	{ afterMs, soFar }: Outcome & { kind: "timeout" },
	feature: Feature,
): string {
	const limit = `${afterMs / 1000} s (timeout.${feature} in the config${soFar === undefined ? "" : `; ${soFar}`})`;
	return `${name} of group "${group}" gave no answer within ${limit} and was cancelled. It may have done part of its work.`;
}

/** `problem` says what was found and what to do. */
export function unanswered(group: string, name: string, problem: string): string {
	return `${name} of group "${group}" got no answer: ${problem}.`;
}

/** `what` is the name of a tool, or a method. */
export function endedDuring(group: string, what: string, reason: CloseReason): string {
	const found = `Group "${group}" ended during ${what}: ${reason.detail}.`;
	return `${found} The next call starts it again.${quote(reason.lastWords)}`;
}

const phaseTexts: Readonly<Record<UpstreamPhase, string>> = {
	spawn: "could not be started",
	connect: "could not be reached",
	refused: "could not be connected to",
	"sign-in": "needs a sign-in",
	handshake: "could not be started",
	exit: "failed",
	lost: "failed",
	list: "failed",
	timeout: "failed",
	waiting: "is not running, because it failed before",
};

export function failedGroup({ group, phase, detail, lastWords, next }: UpstreamError): string {
	const what = phaseTexts[phase];
	return `Group "${group}" ${what}: ${detail}. ${next === "" ? "The next call tries again." : next}${quote(lastWords)}`;
}

export function noMatch(query: string, group: string, names: readonly string[]): string {
	return `No tool of group "${group}" fits "${query}". It has: ${names.join(", ")}.`;
}

export function noMatchAnywhere(query: string): string {
	return `No tool fits "${query}" in the groups searched.`;
}

/** Search looks only at what has been read already, and says so. */
export function notSearched(names: readonly string[]): string {
	if (names.length === 0) return "";
	return `\n\nNot searched, because not started yet: ${names.join(", ")}. ${getTools} {group} starts one.`;
}

function didYouMean(names: readonly string[]): string {
	return names.length === 0 ? "" : ` Did you mean ${names.map((name) => `"${name}"`).join(" or ")}?`;
}

function quote(lines: readonly string[]): string {
	const last = lines.slice(-quotedLines);
	return last.length === 0 ? "" : `\nIts last lines on stderr:\n${last.map((line) => `  ${line}`).join("\n")}`;
}
