/**
 * Writes a JSON Schema as the short type a programmer would write. Pure.
 *
 * Nothing a caller has to know gets lost: every keyword is either said in the type, or is noise to a caller
 * (`title`, `examples`, …), or comes back in a note as JSON Schema. Whether an object takes properties it does
 * not list is only said when the schema says yes.
 */
import { arrayText, type Member, memberTexts, nameText, objectText, type Place, takeClosed } from "./composite-text.ts";
import { constraintText } from "./constraints.ts";
import { literalTexts } from "./literals.ts";
import { createReferences, type References } from "./references.ts";
import {
	isNoise,
	isNonEmptyList,
	isSchema,
	isString,
	jsonText,
	type Keywords,
	maxDepth,
	type Schema,
	take,
} from "./schema-parts.ts";
import { declaredTypes, impliedTypes, isTypeName } from "./type-names.ts";

/** What is to be said about one place in the arguments beyond its type. */
export interface Note {
	/** `edits[].oldText`, `headers.*`, `mode="fast"` and `source|2` for an alternative; `""` is the whole. */
	readonly path: string;
	/** The description, on one line. */
	readonly text: string;
	/** The part of the schema that the type does not say, as JSON, with the definitions it needs. */
	readonly schema: string | undefined;
}

export interface ParametersText {
	/** `path: string`, `limit?: integer(1..100) = 10`, in the order of the schema. */
	readonly parameters: string[];
	readonly notes: Note[];
}

/** The members of an object schema, one text each. Never throws, whatever the schema is. */
export function parametersText(schema: unknown): ParametersText {
	const writer = createWriter(schema);
	return { parameters: writer.parameters(), notes: writer.notes() };
}

/** A schema as one type, without its notes; its references are looked up in `root`. Never throws. */
export function typeText(schema: unknown, root = schema): string {
	return createWriter(root).alternatives(schema, { path: "", depth: 0 }).join(" | ");
}

function createWriter(root: unknown) {
	const references = createReferences(root);
	const drafts: { path: string; text: string; left: Keywords }[] = [];

	/** Starts a note, takes the description into it, and leaves to it what is left in the keywords at the end. */
	function annotate(keywords: Keywords, path: string): void {
		const text = take(keywords, "description", isString)?.replaceAll(/\s+/g, " ").trim() ?? "";
		const mark = take(keywords, "deprecated", isTrue) ? "(deprecated) " : "";
		drafts.push({ path, text: `${mark}${text}`.trim(), left: keywords });
	}

	function open(schema: Schema): Keywords {
		return new Map(Object.entries(references.expand(schema)).filter(([key, value]) => !isNoise(key, value)));
	}

	/** The types a value may have, one text each; joined by ` | ` they are the type. */
	function alternatives(schema: unknown, place: Place): string[] {
		if (schema === false) return ["never"];
		if (!isSchema(schema)) return ["any"];
		if (place.depth <= maxDepth) return describe(open(schema), place);
		annotate(new Map(Object.entries(schema)), place.path);
		return ["any"];
	}

	function describe(keywords: Keywords, place: Place): string[] {
		annotate(keywords, place.path);
		const found = unionTexts(keywords, place) ?? literalTexts(keywords) ?? typeTexts(keywords, place);
		if (take(keywords, "nullable", isTrue)) found.push("null");
		return [...new Set(found)];
	}

	function member({ name, schema, isRequired }: Member, place: Place): string {
		const head = `${nameText(name)}${isRequired ? "" : "?"}: `;
		if (!isSchema(schema) || place.depth > maxDepth) return head + alternatives(schema, place).join(" | ");
		const keywords = open(schema);
		const standard = keywords.get("default");
		keywords.delete("default");
		const type = describe(keywords, place).join(" | ");
		return standard === undefined ? head + type : `${head}${type} = ${jsonText(standard)}`;
	}

	function unionTexts(keywords: Keywords, place: Place): string[] | undefined {
		const key = ["anyOf", "oneOf"].find((name) => isNonEmptyList(keywords.get(name)));
		if (key === undefined) return undefined;
		if (keywords.keys().some((name) => name !== key && !besideUnion.has(name))) return undefined;
		const branches = pushDown(keywords.get("type"), keywords.get(key) as unknown[], references);
		if (branches === undefined) return undefined;
		for (const said of [key, "type", "discriminator"]) keywords.delete(said);
		const isOne = branches.filter((branch) => !isNull(branch)).length === 1;
		return branches.flatMap((branch, index) => {
			const path = isOne ? place.path : place.path + branchLabel(branch, index);
			return alternatives(branch, { path, depth: place.depth + 1 });
		});
	}

	function typeTexts(keywords: Keywords, place: Place): string[] {
		const declared = declaredTypes(keywords);
		if (declared !== undefined) keywords.delete("type");
		const types = declared ?? impliedTypes(keywords);
		if (types.length === 0) return ["any"];
		return types.map((type) => {
			if (type === "array") return arrayText(keywords, place, { alternatives, member });
			if (type === "object") return objectText(keywords, place, { alternatives, member });
			return type + constraintText(type, keywords);
		});
	}

	function parameters(): string[] {
		if (!isSchema(root)) return [];
		const keywords = open(root);
		annotate(keywords, "");
		if (keywords.get("type") === "object") keywords.delete("type");
		const members = memberTexts(keywords, { path: "", depth: 0 }, { alternatives, member });
		takeClosed(keywords);
		return members;
	}

	function notes(): Note[] {
		return drafts
			.map(({ path, text, left }) => ({ path, text, schema: left.size === 0 ? undefined : restText(left) }))
			.filter(({ text, schema }) => text !== "" || schema !== undefined);
	}

	function restText(left: Keywords): string {
		return jsonText(references.withDefinitions(Object.fromEntries(left)));
	}

	return { alternatives, parameters, notes };
}

/** What may stand beside `anyOf` without changing what it means; the rest of it goes into the note. */
const besideUnion = new Set(["type", "discriminator", "nullable", "default", "readOnly", "writeOnly"]);

const isTrue = (value: unknown): value is true => value === true;

const isNull = (branch: unknown): boolean =>
	isSchema(branch) && (branch["type"] === "null" || branch["const"] === null);

/** Alternatives that each say the type that stood beside the union; undefined when one of them says another. */
function pushDown(type: unknown, branches: readonly unknown[], references: References) {
	if (type === undefined) return branches;
	if (!isTypeName(type)) return undefined;
	const typed: Schema[] = [];
	for (const branch of branches) {
		if (!isSchema(branch)) return undefined;
		const own = references.expand(branch)["type"];
		if (own !== undefined && own !== type) return undefined;
		typed.push({ type, ...branch });
	}
	return typed;
}

/** How notes name an alternative: `="fast"` for a constant, else `|` and its number. */
function branchLabel(branch: unknown, index: number): string {
	const value = isSchema(branch) ? branch["const"] : undefined;
	return isString(value) ? `=${jsonText(value)}` : `|${index + 1}`;
}
