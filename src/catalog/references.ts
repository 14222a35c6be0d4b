/** Follows `$ref` and `allOf` inside one tool's schema as far as the result is still a finite, plain schema. Pure. */
import { isSchema, isString, maxDepth, merge, prune, type Schema } from "./schema-parts.ts";

/** Above this many expansions references stay references: a few nested ones can stand for millions of nodes. */
const maxExpansions = 1_000;

export interface References {
	/** The schema with its own `$ref` and `allOf` merged in; those that cannot be stay in it as they are. */
	expand(schema: Schema): Schema;
	/** The schema without noise, plus the definitions it refers to which no earlier call returned. */
	withDefinitions(schema: Schema): Schema;
}

export function createReferences(root: unknown): References {
	const targets = new Map<string, Target>();
	const shown = new Set<string>();
	let expansions = 0;

	function target(ref: string): Target {
		const known = targets.get(ref);
		if (known !== undefined) return known;
		const schema = resolvePointer(root, ref);
		const found = { schema, refs: referencesIn(schema) };
		targets.set(ref, found);
		return found;
	}

	/** All references that following these leads to, themselves included. */
	function reach(refs: Iterable<string>): Set<string> {
		const reached = new Set(refs);
		for (const ref of reached) for (const next of target(ref).refs) reached.add(next);
		return reached;
	}

	function expand(schema: Schema, depth: number): Schema {
		if (depth > maxDepth || (schema["$ref"] === undefined && schema["allOf"] === undefined)) return schema;
		const { $ref, allOf, ...own } = schema;
		const inlined = $ref === undefined ? own : (inline(own, $ref, depth) ?? { ...own, $ref });
		if (allOf === undefined) return inlined;
		return mergeAll(inlined, allOf, depth) ?? { ...inlined, allOf };
	}

	function inline(own: Schema, ref: unknown, depth: number): Schema | undefined {
		if (!isString(ref) || ++expansions > maxExpansions) return undefined;
		const { schema, refs } = target(ref);
		if (!isSchema(schema) || reach(refs).has(ref)) return undefined;
		return merge(own, expand(schema, depth + 1));
	}

	function mergeAll(own: Schema, members: unknown, depth: number): Schema | undefined {
		if (!Array.isArray(members)) return undefined;
		let merged: Schema | undefined = own;
		for (const member of members) {
			if (merged === undefined || !isSchema(member)) return undefined;
			merged = merge(merged, expand(member, depth + 1));
		}
		return merged;
	}

	function withDefinitions(schema: Schema): Schema {
		const definitions: Record<string, Record<string, unknown>> = {};
		for (const ref of reach(referencesIn(schema))) {
			const pointer = /^#(?:\/.*)?\/(?:\$defs|definitions)\/[^/]+/.exec(ref)?.[0];
			if (pointer === undefined || shown.has(pointer)) continue;
			shown.add(pointer);
			const definition = resolvePointer(root, pointer);
			if (definition === undefined) continue;
			const [, container = "", name = ""] = pointer.split("/");
			const isTop = pointer.split("/").length === 3;
			// A definition that is not at the top is named by its whole pointer, which is how it is referred to.
			const place = (definitions[isTop ? container : "$defs"] ??= Object.create(null) as Record<string, unknown>);
			place[isTop ? unescape(name) : pointer] = prune(definition);
		}
		return { ...(prune(schema) as Schema), ...definitions };
	}

	return { expand: (schema) => expand(schema, 0), withDefinitions };
}

interface Target {
	readonly schema: unknown;
	readonly refs: ReadonlySet<string>;
}

function referencesIn(value: unknown): Set<string> {
	const found = new Set<string>();
	// A list of what is still to be looked at, not recursion: the schema may be nested deeper than our stack.
	const open = [value];
	while (open.length > 0) {
		const next = open.pop();
		if (typeof next !== "object" || next === null) continue;
		if ("$ref" in next && isString(next.$ref)) found.add(next.$ref);
		for (const child of Object.values(next)) open.push(child);
	}
	return found;
}

/** What a `#/…` reference points to, or undefined when it is of another kind or points nowhere. */
export function resolvePointer(root: unknown, ref: string): unknown {
	if (ref === "#") return root;
	if (!ref.startsWith("#/")) return undefined;
	let value: unknown = root;
	for (const token of ref.slice(2).split("/")) {
		const key = unescape(token);
		if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
		value = (value as Schema)[key];
	}
	return value;
}

function unescape(token: string): string {
	let plain = token;
	try {
		plain = decodeURIComponent(token);
	} catch {
		// A stray % is a character like any other; nobody needs to know.
	}
	return plain.replaceAll("~1", "/").replaceAll("~0", "~");
}
