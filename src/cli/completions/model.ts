/** What can stand where on the command line, as far as a shell can complete it. Pure. */
import type { ArgDef, ArgsDef, CommandMeta } from "citty";

/** What is looked up when somebody presses Tab: by `dynamic-mcp completions <source>`. */
export const sources = ["groups", "clients", "tools", "prompts"] as const;

export type Source = (typeof sources)[number];

export function isSource(value: string): value is Source {
	return (sources as readonly string[]).includes(value);
}

/** Whose tools or prompts are asked for. */
export function needsGroup(source: Source): boolean {
	return source === "tools" || source === "prompts";
}

/** What a value may be. */
export interface Values {
	readonly words: readonly string[];
	readonly sources: readonly Source[];
	readonly isFile: boolean;
}

export interface CompletedOption {
	/** As they are typed: `--output`, `-o`. */
	readonly names: readonly string[];
	readonly description: string;
	/** Undefined when it takes none. */
	readonly values: Values | undefined;
}

export interface CompletedCommand {
	readonly name: string;
	readonly description: string;
	readonly options: readonly CompletedOption[];
	/** By place. */
	readonly positionals: readonly Values[];
}

export interface CommandDefinition {
	readonly name: string;
	readonly meta: CommandMeta;
	readonly args: ArgsDef;
}

/** Hints that stand for something; any other plain word of a hint is to be typed as it is. */
const meanings: Readonly<Record<string, Source | "file" | undefined>> = {
	group: "groups",
	client: "clients",
	tool: "tools",
	prompt: "prompts",
	file: "file",
	config: "file",
	"@file": "file",
};

const placeholders = new Set(["json", "text", "duration", "uri", "level", "version"]);

const help: CompletedOption = { names: ["--help", "-h"], description: "Show help", values: undefined };

export function describeCommands(definitions: readonly CommandDefinition[]): CompletedCommand[] {
	return definitions.map(({ name, meta, args }) => {
		const all = Object.entries(args);
		const options = all.filter(([, { type }]) => type !== "positional").map(([key, arg]) => optionOf(key, arg));
		const positionals = all.filter(([, { type }]) => type === "positional").map(([, arg]) => valuesOf(arg.valueHint));
		return { name, description: meta.description ?? "", options: [...options, help], positionals };
	});
}

function optionOf(key: string, arg: ArgDef): CompletedOption {
	const aliases = "alias" in arg ? [arg.alias ?? []].flat().map((alias) => `-${alias}`) : [];
	const values = arg.type === "string" ? valuesOf(arg.valueHint) : undefined;
	return { names: [`--${key}`, ...aliases], description: arg.description ?? "", values };
}

function valuesOf(hint = ""): Values {
	const parts = hint.split("|");
	const meant = parts.map((part) => (Object.hasOwn(meanings, part) ? meanings[part] : undefined));
	const isWord = (part: string, at: number) =>
		meant[at] === undefined && !placeholders.has(part) && /^[a-z][a-z0-9-]*$/.test(part);
	return {
		words: parts.filter(isWord),
		sources: meant.filter((each) => each !== undefined && each !== "file"),
		isFile: meant.includes("file"),
	};
}
