/** `dynamic-mcp prompts`. */
import { isObject } from "../../base/objects.ts";
import { harvestList } from "../../catalog/harvest.ts";
import type { GroupConfig } from "../../config/load.ts";
import type { Connection } from "../../protocol/connection.ts";
import type { ConfigFile } from "../config-file.ts";
import { printError, printJson, printOut } from "../output/print.ts";
import { printable, printableText } from "../output/printable.ts";
import { type Surface, surfaceOf } from "../output/surface.ts";
import { indent, wrapItems } from "../output/wrap.ts";
import { blocksOf, documentOf } from "./listing.ts";
import { exitCodeOf, groupsWith, lookInto } from "./look-into.ts";
import { withGroups } from "./open-groups.ts";

export interface ShowPromptsOptions {
	readonly file: ConfigFile;
	readonly group: string | undefined;
	readonly isJson: boolean;
}

/** What can be read of a prompt; the rest of it is only shown by `--json`. */
export interface Prompt {
	readonly name: string;
	readonly about: string;
	readonly arguments: readonly { readonly name: string; readonly about: string; readonly isRequired: boolean }[];
}

/** Resolves with the exit code. */
export function showPrompts({ file, group, isJson }: ShowPromptsOptions): Promise<number> {
	return withGroups(file, async (groups) => {
		const looks = await lookInto(groups, groupsWith("prompts", group, groups.config), readPrompts);
		const shown = group === undefined ? looks.filter((look) => look.kind === "failed" || look.value.length > 0) : looks;
		const surface = surfaceOf("stdout");
		if (isJson) await printJson(documentOf(shown, (prompts) => ({ prompts })));
		else if (shown.length === 0) await printError(`No server that is enabled in ${groups.config.path} has prompts.`);
		else await printOut(blocksOf(shown, surface, (own) => promptLines(promptsIn(own), group !== undefined, surface)));
		return exitCodeOf(looks);
	});
}

export function readPrompts(connection: Connection, { name, server }: GroupConfig): Promise<readonly unknown[]> {
	return harvestList(connection, "prompts", { group: name, timeoutMs: server.timeoutMs.prompts });
}

/** Those that have a name. */
export function promptsIn(items: readonly unknown[]): Prompt[] {
	return items.filter(isObject).flatMap((item) => {
		const { name, title, description, arguments: args } = item;
		if (typeof name !== "string") return [];
		const own = (Array.isArray(args) ? args : []).filter(isObject).map((argument) => ({
			name: String(argument["name"]),
			about: printableText(argument["description"]),
			isRequired: argument["required"] === true,
		}));
		return [{ name, about: printableText(description) || printableText(title), arguments: own }];
	});
}

/** As the signature of a tool: `code-review(code, language?)`. */
export function promptSignature({ name, arguments: own }: Prompt): string {
	return `${name}(${own.map((argument) => (argument.isRequired ? argument.name : `${argument.name}?`)).join(", ")})`;
}

function promptLines(prompts: readonly Prompt[], isFull: boolean, { width, colours }: Surface): string[] {
	if (prompts.length === 0) return ["  It has no prompts."];
	return prompts.flatMap((prompt) => {
		const described = prompt.arguments.filter(({ about }) => about !== "");
		const notes = isFull ? described.map(({ name, about }) => `- ${name}: ${about}`) : [];
		const texts = [...(prompt.about === "" ? [] : [prompt.about]), ...notes];
		const [, name = "", rest = ""] = /^([^(]*)(.*)$/s.exec(printable(promptSignature(prompt))) ?? [];
		const lines = wrapItems(texts, width - 4).map((line) => colours.dim(line));
		return [`  ${colours.cyan(name)}${rest}`, ...indent(lines, 4)];
	});
}
