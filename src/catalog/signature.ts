/** Writes a tool as a signature and notes: what a model needs to call it right, in few tokens. Pure. */
import type { Tool } from "../protocol/mcp.ts";
import { isSchema, isString } from "./schema-parts.ts";
import { type Note, parametersText, typeText } from "./type-text.ts";

/** Longer outputs are not announced: structured output comes with the answer anyway. */
const maxOutputLength = 100;

export interface Signature {
	/** `read_file(path: string, head?: integer) -> {text: string, lines: integer} [read-only]` */
	readonly line: string;
	/** What `line` is made of: the name, the parameters, one text each, and what is behind them. */
	readonly name: string;
	readonly parameters: readonly string[];
	readonly tail: string;
	/** Line by line, without indentation. */
	readonly description: readonly string[];
	/** `- path: text` for every parameter that has something to say, without indentation. */
	readonly notes: readonly string[];
}

/** Never throws, whatever the tool's schemas are. No text of the tool starts a line of its own in `line`. */
export function signature(tool: Tool): Signature {
	const { parameters, notes } = parametersText(tool.inputSchema);
	const description = descriptionLines(tool.description ?? tool.title ?? "");
	const name = toolName(tool.name);
	const tail = [...outputText(tool.outputSchema), ...marks(tool)].map((text) => ` ${text}`).join("");
	const line = `${name}(${parameters.join(", ")})${tail}`;
	return { line, name, parameters, tail, description, notes: noteLines(notes, description.join(" ")) };
}

/** As it is when nothing in it can be mistaken for something else, else as a JSON string. */
export function toolName(name: string): string {
	return /^[\w./:@-]+$/.test(name) ? name : JSON.stringify(name);
}

function outputText(schema: unknown): string[] {
	if (!isSchema(schema) || !isSchema(schema["properties"])) return [];
	const text = typeText(schema);
	return text.length > maxOutputLength || loneScalar.test(text) ? [] : [`-> ${text}`];
}

/** `{content: string}` and `{result: integer}` are how SDKs wrap any answer: they tell nothing. */
const loneScalar = /^\{\w+\??: (?:string|number|integer|boolean|any)\}$/;

/** Only what the tool states: the protocol's defaults for hints that are missing would mark nearly every tool. */
function marks({ annotations }: Tool): string[] {
	if (annotations?.["readOnlyHint"] === true) return ["[read-only]"];
	return annotations?.["destructiveHint"] === true ? ["[destructive]"] : [];
}

/** Line breaks stay; the indentation that all lines but the first share goes, as do blank lines beyond one. */
function descriptionLines(text: unknown): string[] {
	if (!isString(text)) return [];
	const [first = "", ...rest] = text.split(/\r\n|[\n\v\f\r\u0085\u2028\u2029]/).map((line) => line.trimEnd());
	const indents = rest.filter((line) => line !== "").map((line) => line.length - line.trimStart().length);
	const common = indents.reduce((least, indent) => Math.min(least, indent), Number.POSITIVE_INFINITY);
	const lines = [first.trimStart(), ...rest.map((line) => line.slice(common))];
	const kept = lines.filter((line, index) => line !== "" || (index > 0 && lines[index - 1] !== ""));
	if (kept.at(-1) === "") kept.pop();
	return kept[0] === "" ? kept.slice(1) : kept;
}

/** One line for each place that has something to say, in the order of the schema. */
function noteLines(notes: readonly Note[], description: string): string[] {
	const byPath = new Map<string, Set<string>>();
	for (const { path, text, schema } of notes) {
		const texts = byPath.get(path) ?? new Set();
		byPath.set(path, texts);
		// Generators repeat the tool's description in its schema.
		if (text !== "" && !(path === "" && description.includes(text))) texts.add(text);
		if (schema !== undefined) texts.add(`must match ${schema}`);
	}
	return [...byPath]
		.filter(([, texts]) => texts.size > 0)
		.map(([path, texts]) => `- ${path === "" ? "all arguments" : path}: ${[...texts].join(" ")}`);
}
