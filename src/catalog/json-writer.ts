/** Writes tools as JSON, one line each: their definitions without what tells a caller nothing. Pure. */
import { byteLength, cutToBytes } from "../base/text.ts";
import type { Tool } from "../protocol/mcp.ts";
import {
	isNoise,
	isSchema,
	isString,
	isStringList,
	jsonText,
	maxDepth,
	type Schema,
	schemaMaps,
	schemaValues,
} from "./schema-parts.ts";
import { cutMark, firstThatFits, maxPurpose, maxSentence, sentenceOf, type ToolWriter } from "./tool-writer.ts";

export const jsonWriter: ToolWriter = {
	full: (tool) => print(tool, descriptionOf(tool), callerSchema(tool.inputSchema)),
	brief(tool, full = jsonWriter.full(tool)) {
		const schema = callerSchema(tool.inputSchema, isDescription);
		return shorter(full, print(tool, marked(tool, maxSentence), schema));
	},
	purpose(tool, brief = jsonWriter.brief(tool)) {
		return shorter(brief, print(tool, marked(tool, maxPurpose), cutMark));
	},
	squeezed(tool, bytes) {
		return firstThatFits(squeezes(tool, bytes), bytes);
	},
};

function shorter(detailed: string, brief: string): string {
	return byteLength(detailed) <= byteLength(brief) ? detailed : brief;
}

/** Of hints only what the tool states and what matters to whoever calls it. */
function print({ name, annotations }: Tool, description: string, inputSchema: unknown): string {
	const hint = ["readOnlyHint", "destructiveHint"].find((key) => annotations?.[key] === true);
	return jsonText({
		name,
		...(description === "" ? {} : { description }),
		inputSchema,
		...(hint === undefined ? {} : { annotations: { [hint]: true } }),
	});
}

function descriptionOf({ description, title }: Tool): string {
	// A server may send anything.
	const text: unknown = description ?? title;
	return isString(text) ? text.trim() : "";
}

function marked(tool: Tool, cap: number): string {
	return `${sentenceOf(tool, cap)} ${cutMark}`.trimStart();
}

const isDescription = (key: string) => key === "description";

/**
 * A copy of a schema without what tells somebody who wants to call the tool nothing: titles, examples, `$schema` and the
 * like, flags that say no, empty lists of required names, empty descriptions, and that there are no other properties
 * than those listed: nobody would think so. `$defs` stay, as references lead there.
 */
function callerSchema(schema: unknown, isUnwanted: (key: string) => boolean = () => false, depth = 0): unknown {
	if (depth > 10 * maxDepth) return schema;
	if (Array.isArray(schema)) return schema.map((member) => callerSchema(member, isUnwanted, depth + 1));
	if (!isSchema(schema)) return schema ?? {};
	const inner = (value: unknown) => callerSchema(value, isUnwanted, depth + 1);
	const kept = Object.entries(schema).filter(([key, value]) => !isUnwanted(key) && !isSilent(key, value, schema));
	return Object.fromEntries(
		kept.map(([key, value]) => {
			if (schemaValues.has(key)) return [key, inner(value)];
			if (!schemaMaps.has(key) || !isSchema(value)) return [key, value];
			return [key, Object.fromEntries(Object.entries(value).map(([name, sub]) => [name, inner(sub)]))];
		}),
	);
}

function isSilent(key: string, value: unknown, { properties, patternProperties }: Schema): boolean {
	if (key === "$defs" || key === "definitions") return isSchema(value) && Object.keys(value).length === 0;
	if (key === "required") return isStringList(value) && value.length === 0;
	if (key === "description") return value === "";
	if (key === "additionalProperties") {
		return value === false && isSchema(properties) && patternProperties === undefined;
	}
	return isNoise(key, value);
}

/** From the best to the last resort. */
function* squeezes(tool: Tool, bytes: number): Generator<string> {
	const schema = callerSchema(tool.inputSchema);
	yield print(tool, descriptionOf(tool), schema);
	const cut = withCutDescription(tool, schema, bytes);
	if (cut !== undefined) yield cut;
	const description = marked(tool, maxSentence);
	yield print(tool, description, callerSchema(tool.inputSchema, isDescription));
	yield print(
		tool,
		description,
		requiredOf(tool.inputSchema, (value) => callerSchema(value, isDescription)),
	);
	yield print(
		tool,
		description,
		requiredOf(tool.inputSchema, (value) => typeOf(callerSchema(value, isDescription))),
	);
	const required = isSchema(tool.inputSchema) ? tool.inputSchema["required"] : undefined;
	yield namesThatFit(tool, isStringList(required) ? required : [], bytes);
}

/** Undefined when no more than a sentence would be left of it. */
function withCutDescription(tool: Tool, schema: unknown, bytes: number): string | undefined {
	const whole = descriptionOf(tool);
	let room = bytes - byteLength(print(tool, cutMark, schema));
	while (room >= maxSentence) {
		const text = print(tool, cutToBytes(whole, room), schema);
		// What has to be escaped is longer in JSON: now it is known by how much.
		const excess = byteLength(text) - bytes;
		if (excess <= 0) return text;
		room -= excess;
	}
	return undefined;
}

/** Required properties as `change` makes them, and of the others only the names. */
function requiredOf(schema: unknown, change: (value: unknown) => unknown): unknown {
	if (!isSchema(schema)) return {};
	const { type, properties, required } = schema;
	const names = new Set(isStringList(required) ? required : []);
	const entries = Object.entries(isSchema(properties) ? properties : {});
	return {
		...(type === undefined ? {} : { type }),
		properties: Object.fromEntries(entries.map(([name, value]) => [name, names.has(name) ? change(value) : cutMark])),
		...(names.size === 0 ? {} : { required }),
	};
}

/** Shows where there is more to it than its type. */
function typeOf(schema: unknown): unknown {
	if (!isSchema(schema) || !isString(schema["type"])) return cutMark;
	const { type, ...rest } = schema;
	return Object.keys(rest).length === 0 ? { type } : { type, description: cutMark };
}

/** The last resort: a schema that no model could read anyway. */
function namesThatFit(tool: Tool, names: readonly string[], bytes: number): string {
	const text = (shown: readonly string[]) => {
		const left = names.length - shown.length;
		return print(tool, `${cutMark} ${left} of its required parameters are not shown`, { required: shown });
	};
	const shown: string[] = [];
	for (const name of names) {
		if (byteLength(text([...shown, name])) > bytes) break;
		shown.push(name);
	}
	const line = text(shown);
	return byteLength(line) <= bytes ? line : cutToBytes(jsonText({ name: tool.name }), bytes);
}
