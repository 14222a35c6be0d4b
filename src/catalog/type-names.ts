/** The seven types of JSON Schema: which of them a schema names, or means without naming them. Pure. */
import { isNonEmptyList, isSchema, type Keywords } from "./schema-parts.ts";

const typeNames = ["string", "number", "integer", "boolean", "null", "array", "object"] as const;
export type TypeName = (typeof typeNames)[number];

export const isTypeName = (value: unknown): value is TypeName => (typeNames as readonly unknown[]).includes(value);

/** The types that `type` names; undefined when it is missing or is not what it should be. */
export function declaredTypes(keywords: Keywords): readonly TypeName[] | undefined {
	const type = keywords.get("type");
	const types = isNonEmptyList(type) ? type : [type];
	return types.every(isTypeName) ? types : undefined;
}

const implying: Partial<Record<TypeName, readonly string[]>> = {
	object: ["properties", "required", "additionalProperties", "propertyNames", "minProperties", "maxProperties"],
	array: ["items", "prefixItems", "minItems", "maxItems", "uniqueItems"],
	string: ["pattern", "format", "minLength", "maxLength", "contentEncoding", "contentMediaType"],
	number: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
};

/**
 * The types that the other keywords are about. Strictly such a schema takes values of all other types too, but
 * nobody who writes `properties` without `type` means that.
 */
export function impliedTypes(keywords: Keywords): readonly TypeName[] {
	return typeNames.filter((type) => implying[type]?.some((keyword) => keywords.has(keyword)));
}

export function isOfType(value: unknown, type: TypeName): boolean {
	switch (type) {
		case "null":
			return value === null;
		case "integer":
			return Number.isInteger(value);
		case "array":
			return Array.isArray(value);
		case "object":
			return isSchema(value);
		case "string":
		case "number":
		case "boolean":
			return typeof value === type;
		default:
			return type satisfies never;
	}
}
