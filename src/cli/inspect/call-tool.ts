/** `dynamic-mcp call`. */
import { UpstreamError, UserError } from "../../base/errors.ts";
import { nameFilter } from "../../base/globs.ts";
import { nearest } from "../../base/nearest.ts";
import { createArgumentChecker } from "../../catalog/check-arguments.ts";
import { harvestTools } from "../../catalog/harvest.ts";
import { renderTool } from "../../catalog/render.ts";
import { parseDuration } from "../../config/duration.ts";
import type { GroupConfig } from "../../config/load.ts";
import type { Connection } from "../../protocol/connection.ts";
import { memberSpan, printText, sliceSpan } from "../../protocol/json-text.ts";
import { methods, type Tool } from "../../protocol/mcp.ts";
import type { ConfigFile } from "../config-file.ts";
import { printError, printOut } from "../output/print.ts";
import { printable } from "../output/printable.ts";
import { surfaceOf } from "../output/surface.ts";
import { typedWord } from "../output/typed-word.ts";
import { indent, wrap } from "../output/wrap.ts";
import { readWords, type Word } from "./argument-words.ts";
import { askServer, openGroup, orUserError, type ServerAnswer } from "./ask-server.ts";
import { partsOf } from "./content.ts";
import { readJsonOption } from "./input.ts";
import { indentJson } from "./json-layout.ts";
import { groupsWith } from "./look-into.ts";
import { withGroups } from "./open-groups.ts";
import { printParts } from "./print-content.ts";
import { checkOutput } from "./save.ts";
import { typedArguments } from "./typed-arguments.ts";

export interface CallToolOptions {
	readonly file: ConfigFile;
	readonly group: string;
	readonly tool: string;
	/** `key=value` and `key:=json`. */
	readonly words: readonly string[];
	/** `--args`. */
	readonly json: string | undefined;
	readonly timeout: string | undefined;
	readonly output: string | undefined;
	readonly isJson: boolean;
}

/** Resolves with the exit code: 1 when the tool says that it has failed. */
export async function callTool(options: CallToolOptions): Promise<number> {
	const { file, group: name, tool: toolName, timeout, output, isJson } = options;
	// Whatever is wrong with what was typed is said before anything is started.
	const words = readWords(options.words);
	const timeoutMs = timeout === undefined ? undefined : readTimeout(timeout);
	if (output !== undefined) await checkOutput(output);
	return withGroups(file, async (groups) => {
		const [group] = groupsWith("tools", name, groups.config);
		if (group === undefined) throw new Error(`no group "${name}"`);
		const json = options.json === undefined ? undefined : await readJsonOption(options.json);
		const connection = await openGroup(groups, group);
		const tool = await orUserError(groups, findTool(connection, group, toolName, groups.configOption));
		const args = checkedArguments(tool, words, json);
		const answer = await askServer(groups, {
			group,
			connection,
			what: tool.name,
			method: methods.toolsCall,
			params: `{"name":${printText(tool.name)},"arguments":${args}}`,
			timeoutMs: timeoutMs ?? group.server.timeoutMs.tools,
			feature: "tools",
		});
		const isError = answer.result["isError"] === true;
		if (isJson) await printOut(answer.text);
		else await printResult(answer, isError, output);
		return isError ? 1 : 0;
	});
}

function readTimeout(written: string): number {
	const duration = parseDuration(written, 0);
	if ("ms" in duration && duration.ms > 0) return duration.ms;
	throw new UserError(`--timeout: "${written}" is not a duration`, { hint: 'Write one like "90s" or "5min".' });
}

async function findTool(
	connection: Connection,
	{ name, server }: GroupConfig,
	wanted: string,
	configOption: string,
): Promise<Tool> {
	const all = await listTools(connection, name, server.timeoutMs.tools);
	// A server that cannot list its tools may still carry them out.
	if (all === undefined) return { name: wanted, inputSchema: {} };
	const isWanted = nameFilter(server.tools ?? {});
	const tool = all.find((each) => each.name === wanted);
	if (tool !== undefined && isWanted(wanted)) return tool;
	if (tool !== undefined) {
		throw new UserError(`"${wanted}" of "${name}" is switched off by tools.allow or tools.deny in the config`);
	}
	const close = nearest(wanted, all.map((each) => each.name).filter(isWanted));
	const guess = close.length === 0 ? "" : `Did you mean ${close.map((each) => `"${each}"`).join(" or ")}? `;
	const hint = `${guess}See all: dynamic-mcp tools ${typedWord(name)}${configOption}`;
	throw new UserError(`"${name}" has no tool "${wanted}"`, { hint });
}

async function listTools(connection: Connection, group: string, timeoutMs: number) {
	try {
		return await harvestTools(connection, { group, timeoutMs });
	} catch (error) {
		if (error instanceof UpstreamError && error.phase === "list") return undefined;
		throw error;
	}
}

function checkedArguments(tool: Tool, words: readonly Word[], json: string | undefined): string {
	const args = typed(tool, words, json);
	const problems = createArgumentChecker().check(tool, JSON.parse(args));
	if (problems.length === 0) return args;
	const list = problems.map(({ path, message }) => (path === "" ? `  ${message}` : `  ${path}: ${message}`));
	throw new UserError(printable(`the arguments do not fit ${tool.name}, which was not called:\n${list.join("\n")}`), {
		hint: `\n${toolText(tool)}`,
	});
}

function typed(tool: Tool, words: readonly Word[], json: string | undefined): string {
	try {
		return typedArguments(words, json, tool.inputSchema);
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
		const hint = [...(error.hint === undefined ? [] : [error.hint]), `\n${toolText(tool)}`].join("\n");
		throw new UserError(`${tool.name} was not called: ${error.message}`, { cause: error, hint });
	}
}

function toolText(tool: Tool): string {
	const { width } = surfaceOf("stderr");
	const [signature = "", ...notes] = printable(renderTool(tool)).split("\n");
	const [first = "", ...more] = wrap(signature, width - 4);
	return [first, ...indent(more, 4), ...notes.flatMap((note) => wrap(note, width))].join("\n");
}

async function printResult(
	{ result, text }: ServerAnswer,
	isError: boolean,
	output: string | undefined,
): Promise<void> {
	const parts = partsOf(result["content"]);
	const span = parts.some(({ kind }) => kind === "text") ? undefined : memberSpan(text, ["structuredContent"]);
	const laid = span === undefined ? undefined : indentJson(sliceSpan(text, span));
	if (output !== undefined && !isError && laid !== undefined && parts.length === 0) {
		await printParts([{ kind: "text", text: `${laid}\n` }], { output });
		return;
	}
	await printParts(parts, { output, isError });
	if (laid !== undefined) {
		const shown = surfaceOf(isError ? "stderr" : "stdout").isTerminal ? printable(laid) : laid;
		await (isError ? printError(shown) : printOut(shown));
	} else if (parts.length === 0)
		await printError(isError ? "The tool has failed and does not say why." : "The answer is empty.");
}
