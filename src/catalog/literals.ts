/** Writes `const` and `enum` as the values they allow. Pure. */
import { isNonEmptyList, jsonText, type Keywords } from "./schema-parts.ts";
import { declaredTypes, isOfType } from "./type-names.ts";

/** The allowed values as JSON, or undefined when the schema allows more than a list of values. */
export function literalTexts(keywords: Keywords): string[] | undefined {
	const values = keywords.has("const") ? [keywords.get("const")] : keywords.get("enum");
	if (!isNonEmptyList(values)) return undefined;
	keywords.delete(keywords.has("const") ? "const" : "enum");
	const types = declaredTypes(keywords);
	const isNullable = keywords.get("nullable") === true;
	const isAllowed = (value: unknown) => (isNullable && value === null) || types?.some((type) => isOfType(value, type));
	// The values say the type. When they contradict it the type stays, to be shown beside them.
	if (values.every(isAllowed)) keywords.delete("type");
	return values.map(jsonText);
}
