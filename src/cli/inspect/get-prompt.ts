/** `dynamic-mcp prompt`. */
import { UserError } from "../../base/errors.ts";
import { nearest } from "../../base/nearest.ts";
import { isObject } from "../../base/objects.ts";
import { methods } from "../../protocol/mcp.ts";
import type { ConfigFile } from "../config-file.ts";
import { printError, printOut } from "../output/print.ts";
import { printable } from "../output/printable.ts";
import { surfaceOf } from "../output/surface.ts";
import { typedWord } from "../output/typed-word.ts";
import { byKey, readWords, type Word } from "./argument-words.ts";
import { askServer, openGroup, orUserError } from "./ask-server.ts";
import { partsOf } from "./content.ts";
import { groupsWith } from "./look-into.ts";
import { withGroups } from "./open-groups.ts";
import { printParts } from "./print-content.ts";
import { checkOutput } from "./save.ts";
import { type Prompt, promptSignature, promptsIn, readPrompts } from "./show-prompts.ts";

export interface GetPromptOptions {
	readonly file: ConfigFile;
	readonly group: string;
	readonly name: string;
	readonly words: readonly string[];
	readonly output: string | undefined;
	readonly isJson: boolean;
}

/** Resolves with the exit code. */
export async function getPrompt(options: GetPromptOptions): Promise<number> {
	const { file, group: groupName, name, output, isJson } = options;
	const words = readWords(options.words);
	if (output !== undefined) await checkOutput(output);
	return withGroups(file, async (groups) => {
		const [group] = groupsWith("prompts", groupName, groups.config);
		if (group === undefined) throw new Error(`no group "${groupName}"`);
		const connection = await openGroup(groups, group);
		const known = promptsIn(await orUserError(groups, readPrompts(connection, group)));
		const args = promptArguments(findPrompt(known, name, groupName, groups.configOption), words);
		const answer = await askServer(groups, {
			group,
			connection,
			what: name,
			method: methods.promptsGet,
			params: JSON.stringify({ name, arguments: args }),
			timeoutMs: group.server.timeoutMs.prompts,
			feature: "prompts",
		});
		if (isJson) await printOut(answer.text);
		else await printMessages(answer.result["messages"], output);
		return 0;
	});
}

function findPrompt(known: readonly Prompt[], name: string, group: string, configOption: string): Prompt {
	const found = known.find((prompt) => prompt.name === name);
	if (found !== undefined) return found;
	const names = known.map((prompt) => prompt.name);
	const close = nearest(name, names);
	const guess = close.length === 0 ? "" : `Did you mean ${close.map((each) => `"${each}"`).join(" or ")}? `;
	const all = `dynamic-mcp prompts ${typedWord(group)}${configOption}`;
	const hint = names.length === 0 ? "It has no prompts." : `${guess}See all: ${all}`;
	throw new UserError(`"${group}" has no prompt "${name}"`, { hint });
}

/** A prompt's arguments are all text. Throws `UserError` for one that it does not have, and for those that are missing. */
function promptArguments(prompt: Prompt, words: readonly Word[]): Record<string, string> {
	const hint = printable(promptSignature(prompt));
	const names = prompt.arguments.map(({ name }) => name);
	const given = byKey(words);
	for (const [key, own] of given) {
		if (!names.includes(key)) {
			const close = nearest(key, names, 1)[0];
			const guess = close === undefined ? "" : `: did you mean ${close}?`;
			throw new UserError(`${prompt.name} has no argument "${key}"${guess}`, { hint });
		}
		if (own.length > 1) throw new UserError(`the argument "${key}" is given ${own.length} times`, { hint });
	}
	const missing = prompt.arguments.filter(({ name, isRequired }) => isRequired && !given.has(name));
	if (missing.length > 0) {
		throw new UserError(`${prompt.name} needs ${missing.map(({ name }) => `${name}=…`).join(" and ")}`, { hint });
	}
	return Object.fromEntries(Array.from(given, ([key, own]) => [key, own[0]?.value ?? ""]));
}

/** Who says what: `user:` above each message, unless there is one alone. */
async function printMessages(messages: unknown, output: string | undefined): Promise<void> {
	const all = (Array.isArray(messages) ? messages : []).filter(isObject);
	const parts = all.map(({ content }) => partsOf(content));
	if (output !== undefined) return printParts(parts.flat(), { output });
	const { colours } = surfaceOf("stdout");
	for (const [index, { role }] of all.entries()) {
		if (all.length > 1) await printOut(`${index > 0 ? "\n" : ""}${colours.bold(printable(`${String(role)}:`))}`);
		await printParts(parts[index] ?? [], { output });
	}
	if (all.length === 0) await printError("The prompt has no messages.");
}
