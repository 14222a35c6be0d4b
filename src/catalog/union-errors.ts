/** Makes the errors of a failed `anyOf` or `oneOf`, one or more for each alternative, readable. Pure. */
import type { ErrorObject } from "ajv";

import { resolvePointer } from "./references.ts";
import { isNonEmptyList, isString } from "./schema-parts.ts";

/**
 * Leaves of a failed union only what helps: the errors of the one alternative that was evidently meant, else a
 * single error for all of them. Errors that only repeat the one before them go too. `root` is the whole schema.
 */
export function condenseUnions(errors: readonly ErrorObject[], root: unknown): ErrorObject[] {
	const partsOf = rememberParts(root);
	const kept: ErrorObject[] = [];
	for (const error of errors) {
		if (error.keyword === "if") continue; // the errors of `then` or `else` are there too
		if (error.keyword === "propertyNames" && kept.at(-1)?.propertyName !== undefined) continue;
		if (error.keyword !== "anyOf" && error.keyword !== "oneOf") {
			kept.push(error);
			continue;
		}
		const branches = [error.schema].flat().map(partsOf);
		const branchOf = (earlier: ErrorObject) =>
			isInside(earlier, error) ? branches.findIndex((parts) => parts.has(earlier.parentSchema)) : -1;
		// The errors of the alternatives come right before the error of their union.
		const start = kept.findLastIndex((earlier) => branchOf(earlier) === -1) + 1;
		kept.push(...(meant(Map.groupBy(kept.splice(start), branchOf), error) ?? [error]));
	}
	return kept;
}

function isInside(error: ErrorObject, union: ErrorObject): boolean {
	return error.instancePath === union.instancePath || error.instancePath.startsWith(`${union.instancePath}/`);
}

/** The errors of the only alternative whose type and constants fit; undefined when there is not exactly one. */
function meant(branches: ReadonlyMap<number, ErrorObject[]>, union: ErrorObject): ErrorObject[] | undefined {
	// Too many alternatives fit: what is wrong with the others is not the matter.
	if (isNonEmptyList(union.params["passingSchemas"])) return undefined;
	const fitting = [...branches.values()].filter((errors) => !errors.some((error) => rulesOut(error, union)));
	return fitting.length === 1 ? fitting[0] : undefined;
}

/** Wrong in type, or in a constant such as `kind`: then another alternative was meant. */
function rulesOut(error: ErrorObject, union: ErrorObject): boolean {
	if (error.instancePath === union.instancePath) return ["type", "const", "enum"].includes(error.keyword);
	return error.keyword === "const" && !error.instancePath.slice(union.instancePath.length + 1).includes("/");
}

/**
 * All objects a schema is made of, with those it refers to. An error is known by the object it is about: its
 * `schemaPath` starts anew at every reference.
 */
function rememberParts(root: unknown): (schema: unknown) => ReadonlySet<unknown> {
	const known = new Map<unknown, ReadonlySet<unknown>>();
	return (schema) => {
		const parts = known.get(schema) ?? new Set(reachable(schema, root));
		known.set(schema, parts);
		return parts;
	};
}

function reachable(schema: unknown, root: unknown): Set<unknown> {
	const found = new Set([schema]);
	for (const part of found) {
		if (typeof part !== "object" || part === null) continue;
		for (const child of Object.values(part)) if (typeof child === "object" && child !== null) found.add(child);
		const target = "$ref" in part && isString(part.$ref) ? resolvePointer(root, part.$ref) : undefined;
		if (target !== undefined) found.add(target);
	}
	return found;
}
