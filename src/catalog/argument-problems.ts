/** Turns a validator's errors into sentences that tell a model what to send instead. Pure. */
import type { ErrorObject } from "ajv";

import { nearest } from "../base/nearest.ts";
import { isNonEmptyList, isSchema, jsonText } from "./schema-parts.ts";
import { typeText } from "./type-text.ts";
import { condenseUnions } from "./union-errors.ts";

export interface Problem {
	/** `edits[0].oldText`; `""` is the arguments as a whole. */
	readonly path: string;
	readonly message: string;
}

const maxProblems = 12;
const maxValueLength = 60;
const maxListLength = 400;

/** In the order of the schema, without repetitions, at most a dozen and a word on how many more there are. */
export function argumentProblems(errors: readonly ErrorObject[], args: unknown, root: unknown): Problem[] {
	const problems = new Map<string, Problem>();
	for (const error of condenseUnions(errors, root)) {
		const problem = { path: pathText(error.instancePath, args), message: messageOf(error, root) };
		problems.set(`${problem.path}\n${problem.message}`, problem);
	}
	const shown = [...problems.values()];
	if (shown.length <= maxProblems) return shown;
	const hidden = shown.length - maxProblems;
	return [
		...shown.slice(0, maxProblems),
		{ path: "", message: `and ${hidden} more ${hidden === 1 ? "problem" : "problems"}` },
	];
}

/** `/edits/0/oldText` as one would write it in a program. */
function pathText(pointer: string, args: unknown): string {
	let path = "";
	let value = args;
	for (const token of pointer.split("/").slice(1)) {
		const name = token.replaceAll("~1", "/").replaceAll("~0", "~");
		if (Array.isArray(value)) path += `[${name}]`;
		else if (/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) path += path === "" ? name : `.${name}`;
		else path += `[${jsonText(name)}]`;
		value = typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
	}
	return path;
}

function messageOf(error: ErrorObject, root: unknown): string {
	if (error.propertyName === undefined) return sentence(error, root);
	return `the name ${valueText(error.propertyName)} ${sentence({ ...error, data: undefined }, root)}`;
}

function sentence({ keyword, params, schema, parentSchema, data, message }: ErrorObject, root: unknown): string {
	switch (keyword) {
		case "required":
			return missing(String(params["missingProperty"]), parentSchema, data);
		case "additionalProperties":
			return unknown(String(params["additionalProperty"]), parentSchema);
		case "unevaluatedProperties":
			return unknown(String(params["unevaluatedProperty"]), parentSchema);
		case "type":
			return `must be ${[params["type"]].flat().join(" or ")}, got ${kindOf(data)}`;
		case "enum":
		case "const":
			return `must be ${literals(keyword, schema)}, got ${valueText(data)}`;
		case "anyOf":
		case "oneOf": {
			const several = isNonEmptyList(params["passingSchemas"]) ? "fit only one of" : "be";
			return `must ${several} ${cut(typeText({ [keyword]: schema }, root), maxListLength)}, got ${kindOf(data)}`;
		}
		case "not":
			return `must not match ${cut(jsonText(schema), maxListLength)}`;
		case "false schema":
			return "is not allowed";
		default: {
			const text = cut((message ?? keyword).replace("must NOT", "must not"), maxListLength);
			return data === undefined || (typeof data === "object" && data !== null)
				? text
				: `${text}, got ${valueText(data)}`;
		}
	}
}

function literals(keyword: "enum" | "const", schema: unknown): string {
	const values = keyword === "enum" && Array.isArray(schema) ? schema : [schema];
	return (values.length > 1 ? "one of " : "") + cut(values.map(jsonText).join(", "), maxListLength);
}

function missing(name: string, parentSchema: unknown, data: unknown): string {
	const known = propertiesOf(parentSchema);
	const strays = isSchema(data) ? Object.keys(data).filter((key) => !known.includes(key)) : [];
	const [mistaken] = nearest(name, strays, 1);
	return `${jsonText(name)} is required${mistaken === undefined ? "" : `; ${jsonText(mistaken)} is not a parameter`}`;
}

function unknown(name: string, parentSchema: unknown): string {
	const [meant] = nearest(name, propertiesOf(parentSchema), 1);
	return `unknown parameter ${cut(jsonText(name), maxValueLength)}${meant === undefined ? "" : `; did you mean ${jsonText(meant)}?`}`;
}

function propertiesOf(schema: unknown): string[] {
	return isSchema(schema) && isSchema(schema["properties"]) ? Object.keys(schema["properties"]) : [];
}

/** `string "5"`, `array […]`: the type as JSON Schema calls it, and the value. */
function kindOf(value: unknown): string {
	if (value === null) return "null";
	return `${Array.isArray(value) ? "array" : typeof value} ${valueText(value)}`;
}

const valueText = (value: unknown): string => cut(jsonText(value), maxValueLength);

/** Never between the two halves of a character. */
function cut(text: string, length: number): string {
	return text.length <= length
		? text
		: `${text
				.slice(0, length)
				.toWellFormed()
				.replace(/\uFFFD$/, "")}…`;
}
