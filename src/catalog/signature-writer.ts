/** Writes tools as signatures, in more or less detail. Pure. */
import { byteLength, cutToBytes, shorten } from "../base/text.ts";
import type { Tool } from "../protocol/mcp.ts";
import { printSignature, renderTool } from "./render.ts";
import { type Signature, signature } from "./signature.ts";
import { cutMark, firstThatFits, maxPurpose, maxSentence, sentenceOf, type ToolWriter } from "./tool-writer.ts";

export const signatureWriter: ToolWriter = {
	full: renderTool,
	brief(tool, full = renderTool(tool)) {
		const parts = signature(tool);
		const sentence = sentenceOf(tool, maxSentence);
		const description = [`${sentence} ${cutMark}`.trimStart()];
		return shorter(full, printSignature({ line: briefLine(parts), description, notes: [] }));
	},
	purpose(tool, brief = signatureWriter.brief(tool)) {
		const sentence = sentenceOf(tool, maxPurpose);
		const { name } = signature({ name: tool.name, inputSchema: {} });
		return shorter(brief, `${name}(${cutMark})${sentence === "" ? "" : `\n ${sentence}`}`);
	},
	squeezed(tool, bytes) {
		return firstThatFits(squeezes(tool, bytes), bytes);
	},
};

function shorter(detailed: string, brief: string): string {
	return byteLength(detailed) <= byteLength(brief) ? detailed : brief;
}

/** What is said of all arguments together is not in it: where that is all there is, it must not look like no parameters. */
function briefLine(parts: Signature): string {
	return parts.parameters.length === 0 && parts.notes.length > 0 ? lineOf(parts, [cutMark]) : parts.line;
}

/** From the best to the last resort. */
function* squeezes(tool: Tool, bytes: number): Generator<string> {
	const parts = signature(tool);
	yield printSignature(parts);
	const cut = withCutDescription(parts, bytes);
	if (cut !== undefined) yield cut;
	const description = [`${sentenceOf(tool, maxSentence)} ${cutMark}`.trimStart()];
	for (const cap of [bytes / 2, 2000, 1000, 400, 160, 80]) {
		yield printSignature({ ...parts, description, notes: parts.notes.map((note) => shorten(note, cap)) });
	}
	yield printSignature({ line: briefLine(parts), description, notes: [] });
	const required = parts.parameters.filter(isRequired);
	const optional = parts.parameters.filter((parameter) => !isRequired(parameter)).map(nameOf);
	for (const cap of [Infinity, bytes * 0.7, bytes / 2, bytes / 4, 400, 100, 40]) {
		const texts = [...required.map((text) => shorten(text, cap)), ...optional];
		yield printSignature({ ...parts, line: lineOf(parts, [...texts, cutMark]), description, notes: [] });
	}
	yield printSignature({ ...parts, line: lineOf(parts, [...required.map(nameOf), cutMark]), description, notes: [] });
	yield namesThatFit(parts, required.map(nameOf), bytes);
}

/** Undefined when no more than a sentence would be left of it. */
function withCutDescription({ line, description, notes }: Signature, bytes: number): string | undefined {
	const room = bytes - byteLength(printSignature({ line, description: [], notes })) - 1;
	if (room < maxSentence) return undefined;
	const cut = cutToBytes(printSignature({ line: "", description, notes: [] }).slice(1), room);
	return printSignature({ line: `${line}\n${cut}`, description: [], notes });
}

/** The last resort: a schema that no model could read anyway. */
function namesThatFit(parts: Signature, names: readonly string[], bytes: number): string {
	const more = (count: number) => `${cutMark} and ${count} more required parameters`;
	const shown: string[] = [];
	for (const name of names) {
		const rest = names.length - shown.length - 1;
		if (byteLength(lineOf(parts, [...shown, name, more(rest)])) > bytes) break;
		shown.push(name);
	}
	const line = lineOf(parts, [...shown, more(names.length - shown.length)]);
	return byteLength(line) <= bytes ? line : cutToBytes(`${parts.name}(${cutMark})`, bytes);
}

function lineOf({ name, tail }: Signature, parameters: readonly string[]): string {
	return `${name}(${parameters.join(", ")})${tail}`;
}

/** `name` or `"name"`, then `?` for an optional one, then its type; `[key: string]: any` stands for no parameter. */
const parameterPattern = /^((?:"(?:[^"\\]|\\.)*"|[^\s":?[]+))(\?)?: /s;

function isRequired(parameter: string): boolean {
	const match = parameterPattern.exec(parameter);
	return match !== null && match[2] === undefined;
}

function nameOf(parameter: string): string {
	const match = parameterPattern.exec(parameter);
	return match === null ? parameter : `${match[1]}${match[2] ?? ""}`;
}
