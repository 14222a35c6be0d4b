/** Everything we say to the model ourselves. Each text names the thing, what was found, and what to do next. Pure. */
import type { UpstreamError, UpstreamPhase } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import { byteLength, cutToBytes, shorten } from "../base/text.ts";
import type { Problem } from "../catalog/check-arguments.ts";
import type { CloseReason } from "../protocol/channel.ts";
import type { Tool } from "../protocol/mcp.ts";
import type { Outcome } from "../protocol/pending.ts";
import { type Feature, type Groups, toolGroups } from "./group.ts";
import { maxTextBytes, printNames } from "./menu.ts";
import { callTool, getTools } from "./meta-tools.ts";

/** Last stderr lines that are quoted; more would bury the reason. */
const quotedLines = 10;

/** So much of what somebody asked for is quoted. */
const quotedCharacters = 200;

/** JSON text of a tool result with this text. `isError` is what makes the model read it as a failure. */
export function printText(text: string, isError: boolean): string {
	const content = [{ type: "text", text }];
	return JSON.stringify(isError ? { content, isError } : { content });
}

function nameGroups(groups: Groups): string {
	const shown = toolGroups([...groups.values()]);
	return shown.length === 0 ? "No group with tools is configured." : `Groups: ${printNames(shown, maxTextBytes)}.`;
}

export function needsGroup(groups: Groups): string {
	return `${callTool} needs a group. ${nameGroups(groups)}`;
}

export function unknownGroup(name: string, groups: Groups): string {
	return `There is no group "${shorten(name, quotedCharacters)}".${didYouMean(nearest(name, groups.keys()))} ${nameGroups(groups)}`;
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

export function wrongDiscovery(field: string): string {
	return `"${field}" of ${getTools} must be a text; it was not. Without parameters it lists the groups.`;
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
	return `Group "${group}" has no tool "${shorten(name, quotedCharacters)}".${didYouMean(close)} ${next}`;
}

export function unknownPrompt(name: string, names: Iterable<string>): string {
	const hint = didYouMean(nearest(name, names));
	return `Unknown prompt: ${name}${hint === "" ? "" : `.${hint}`}`;
}

/** What the tool takes comes below. */
export function wrongArguments(group: string, name: string, problems: readonly Problem[]): string {
	const list = problems.map(({ path, message }) => (path === "" ? `- ${message}` : `- ${path}: ${message}`)).join("\n");
	return `The arguments do not fit ${name} of group "${group}", which was not called:\n${list}\n\n`;
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

/** In at most `budget` bytes, as far as the group's name leaves room for anything. */
export function noMatch(query: string, group: string, names: readonly string[], budget: number): string {
	const head = `No tool of group "${group}" fits "${shorten(query, quotedCharacters)}". It has: `;
	const tail = ` … (${names.length} tools); ${getTools} {group} shows them`;
	return cutToBytes(`${head}${joinWithin(names, budget - byteLength(head) - 1, tail)}.`, budget);
}

export function noMatchAnywhere(query: string): string {
	return `No tool fits "${shorten(query, quotedCharacters)}" in the groups searched. ${getTools} without parameters lists the groups.`;
}

/** No group has been started so far: which there are is told behind it. */
export function nothingToSearch(query: string): string {
	return `It is not known yet what the groups offer, so "${shorten(query, quotedCharacters)}" was not searched for.`;
}

/** Search looks only at what has been read already, and says so, in at most `budget` bytes. */
export function notSearched(names: readonly string[], budget: number): string {
	if (names.length === 0) return "";
	const head = "\n\nNot searched, because not started yet: ";
	const tail = `. ${getTools} {group} starts one.`;
	const room = budget - byteLength(head + tail);
	return cutToBytes(`${head}${joinWithin(names, room, ` … (${names.length} groups)`)}${tail}`, budget);
}

/** All names, or as many as fit before the tail. */
function joinWithin(names: readonly string[], bytes: number, tail: string): string {
	const all = names.join(", ");
	if (byteLength(all) <= bytes) return all;
	let size = byteLength(tail);
	const tooMany = names.findIndex((name) => (size += byteLength(name) + 2) > bytes);
	return names.slice(0, tooMany).join(", ") + tail;
}

function didYouMean(names: readonly string[]): string {
	return names.length === 0 ? "" : ` Did you mean ${names.map((name) => `"${name}"`).join(" or ")}?`;
}

function quote(lines: readonly string[]): string {
	const last = lines.slice(-quotedLines);
	return last.length === 0 ? "" : `\nIts last lines on stderr:\n${last.map((line) => `  ${line}`).join("\n")}`;
}
