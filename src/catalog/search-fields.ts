/** The parts of a tool that are searched, as stems. Pure, and nothing here throws. */
import type { Tool } from "../protocol/mcp.ts";
import { isSchema, isString } from "./schema-parts.ts";
import type { SearchGroup } from "./search-group.ts";
import { stemOf, stemsOf, wholesOf, wordsOf } from "./words.ts";

export const fieldNames = [
	"name",
	"joined",
	"summary",
	"description",
	"parameters",
	"parameterTexts",
	"group",
	"groupText",
] as const;

/** Stems with spaces between. */
export type Fields = Readonly<Record<(typeof fieldNames)[number], string>>;

/** More of a description is not searched. */
const maxLength = 4000;

export function fieldsReader({ group, description = "" }: SearchGroup): (tool: Tool) => Fields {
	const ofGroup = { group: [...new Set(stemsOf(group))].join(" "), groupText: text(description) };
	return (tool) => ({ ...fieldsOf(tool), ...ofGroup });
}

function fieldsOf(tool: Tool): Omit<Fields, "group" | "groupText"> {
	const [summary, description] = parted(isString(tool.description) ? tool.description : "");
	const title = isString(tool.title) ? tool.title : "";
	const properties = isSchema(tool.inputSchema) ? tool.inputSchema["properties"] : undefined;
	const parameters = isSchema(properties) ? Object.entries(properties) : [];
	const joined = parameters.map(([parameter]) => wordsOf(parameter)).filter((words) => words.length > 1);
	return {
		name: [...new Set(stemsOf(tool.name))].join(" "),
		joined: [...pairsOf(wordsOf(tool.name)), ...joined.map((words) => words.join(""))].join(" "),
		summary: text(`${title} ${summary}`),
		description: text(description),
		parameters: text(parameters.map(([parameter]) => parameter).join(" ")),
		parameterTexts: text(parameters.map(([, schema]) => textOf(schema)).join(" ")),
	};
}

function text(written: string): string {
	const most = written.slice(0, maxLength);
	return [...stemsOf(most), ...wholesOf(most).map(stemOf)].join(" ");
}

const pairsOf = (words: readonly string[]): string[] => words.slice(1).map((word, at) => `${words[at] ?? ""}${word}`);

/** The first sentence, and what follows. */
function parted(description: string): [string, string] {
	const trimmed = description.trim();
	const end = Math.min(/[.!?\n](?:\s|$)/.exec(trimmed)?.index ?? trimmed.length, 200);
	return [trimmed.slice(0, end), trimmed.slice(end)];
}

function textOf(schema: unknown): string {
	if (!isSchema(schema)) return "";
	const { description, enum: values } = schema;
	return [description, ...(Array.isArray(values) ? values : [])].filter(isString).join(" ");
}
