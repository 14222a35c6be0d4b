/** Puts the branches of `allOf`, `anyOf` and `oneOf` into one list of properties. Pure. */
import { resolvePointer } from "../catalog/references.ts";
import { isNonEmptyList, isSchema, isStringList, jsonText, merge, type Schema } from "../catalog/schema-parts.ts";

/** What a schema asks of an object, in as far as one list of properties can say it. */
export interface ObjectView {
	readonly properties: ReadonlyMap<string, Property>;
	readonly required: ReadonlySet<string>;
	/** Whether there can be no other properties. */
	readonly isClosed: boolean;
}

interface Property {
	/** The value fits one of these. */
	readonly variants: readonly Schema[];
	/** Whether that holds for every object that fits the schema, and not only for those that fit some branch of it. */
	readonly isCertain: boolean;
}

/** An object of which nothing is known. */
const anything: ObjectView = { properties: new Map(), required: new Set(), isClosed: false };

/** References that lead to references are followed so far; no schema that a model can read comes near. */
const maxReferences = 30;

/** Properties looked at and characters compared: far more than for any real tool, and done in some milliseconds. */
const maxWork = 1_000_000;

/** Two schemas that are longer together are not put into one, which would double with every level. In characters. */
const maxMerged = 4000;

interface Work {
	left: number;
}

/**
 * Of `allOf`, what all branches ask for; where two say of a property what cannot be put side by side, the first one
 * counts. Of `anyOf` and `oneOf`, the properties of all branches, and required is what all of them require. So whatever
 * fits the schema fits the view, but that a branch without a property may have meant to leave its value open.
 *
 * References within `root` are followed; a circle of them says nothing. Undefined when there is too much to be done.
 */
export function viewObject(schema: Schema, root: Schema): ObjectView | undefined {
	const known = new Map<string, ObjectView | undefined>();
	const work = { left: maxWork };
	let following = 0;

	/** Undefined for what no object fits. */
	function view(schema: unknown): ObjectView | undefined {
		if (schema === false) return undefined;
		if (!isSchema(schema) || work.left < 0) return anything;
		if (!allowsObjects(schema)) return undefined;
		const { $ref, allOf, anyOf, oneOf } = schema;
		let found = viewOwn(schema);
		if (typeof $ref === "string") found = both(found, viewReference($ref) ?? anything, work);
		for (const branch of asList(allOf)) found = both(found, view(branch) ?? anything, work);
		for (const branches of [asList(anyOf), asList(oneOf)]) {
			found = both(
				found,
				either(
					branches.map(view).filter((branch) => branch !== undefined),
					work,
				),
				work,
			);
		}
		return found;
	}

	function viewReference(reference: string): ObjectView | undefined {
		if (known.has(reference)) return known.get(reference);
		if (following >= maxReferences) return anything;
		// For whoever comes back here from within.
		known.set(reference, anything);
		following++;
		const found = view(resolvePointer(root, reference));
		following--;
		known.set(reference, found);
		return found;
	}

	const found = view(schema) ?? anything;
	return work.left < 0 ? undefined : found;
}

function asList(value: unknown): readonly unknown[] {
	return Array.isArray(value) ? value : [];
}

function allowsObjects({ type }: Schema): boolean {
	return Array.isArray(type) ? type.includes("object") : type === undefined || type === "object";
}

function viewOwn({ properties, required, additionalProperties, patternProperties }: Schema): ObjectView {
	const own = isSchema(properties) ? Object.entries(properties) : [];
	return {
		properties: new Map(own.map(([name, value]) => [name, { variants: [asSchema(value)], isCertain: true }])),
		required: new Set(isStringList(required) ? required : []),
		isClosed: additionalProperties === false && patternProperties === undefined,
	};
}

function both(one: ObjectView, other: ObjectView, work: Work): ObjectView {
	if (other === anything) return one;
	work.left -= one.properties.size + other.properties.size;
	if (work.left < 0) return anything;
	const properties = new Map(one.properties);
	for (const [name, property] of other.properties) {
		const known = properties.get(name);
		properties.set(name, known === undefined ? property : bothProperties(known, property, work));
	}
	return {
		properties,
		required: new Set([...one.required, ...other.required]),
		isClosed: one.isClosed || other.isClosed,
	};
}

function bothProperties(one: Property, other: Property, work: Work): Property {
	if (!other.isCertain || work.left < 0) return one;
	if (!one.isCertain) return other;
	const [first, second] = [printVariants(one.variants), printVariants(other.variants)];
	const length = jsonText(first).length + jsonText(second).length;
	work.left -= length;
	const merged = length > maxMerged ? undefined : merge(first, second);
	return merged === undefined ? one : { variants: [merged], isCertain: true };
}

function either(branches: readonly ObjectView[], work: Work): ObjectView {
	const [first, ...rest] = branches;
	if (first === undefined) return anything;
	const byName = new Map<string, Property[]>();
	for (const { properties } of branches) {
		work.left -= properties.size;
		if (work.left < 0) return anything;
		for (const [name, property] of properties) {
			const known = byName.get(name);
			if (known === undefined) byName.set(name, [property]);
			else known.push(property);
		}
	}
	const properties = Array.from(byName, ([name, found]): [string, Property] => {
		const variants = distinct(
			found.flatMap(({ variants }) => variants),
			work,
		);
		return [
			name,
			{ variants, isCertain: found.length === branches.length && found.every(({ isCertain }) => isCertain) },
		];
	});
	return {
		properties: new Map(properties),
		required: new Set([...first.required].filter((name) => rest.every(({ required }) => required.has(name)))),
		isClosed: branches.every(({ isClosed }) => isClosed),
	};
}

function distinct(schemas: readonly Schema[], work: Work): readonly Schema[] {
	if (schemas.length < 2) return schemas;
	const byText = new Map<string, Schema>();
	for (const schema of schemas) {
		if (work.left < 0) break;
		const text = jsonText(schema);
		work.left -= text.length;
		if (!byText.has(text)) byText.set(text, schema);
	}
	return [...byText.values()];
}

/** The properties as a schema has them. */
export function printProperties(properties: ObjectView["properties"]): Schema {
	return Object.fromEntries(Array.from(properties, ([name, { variants }]) => [name, printVariants(variants)]));
}

function printVariants(variants: readonly Schema[]): Schema {
	const [only = {}, ...others] = variants;
	return others.length === 0 ? only : (asEnum(variants) ?? { anyOf: variants });
}

const valueKeywords = new Set(["type", "title", "const", "enum"]);

/** `{"const":"a"}` or `{"const":"b"}`, as branches tell themselves apart: more APIs take a list of values. */
function asEnum(variants: readonly Schema[]): Schema | undefined {
	const types = new Set(variants.map(({ type }) => type));
	if (types.size > 1) return undefined;
	const [type] = types;
	const values = new Set<unknown>();
	for (const variant of variants) {
		const list = variant["const"] === undefined ? variant["enum"] : [variant["const"]];
		if (!isNonEmptyList(list) || !Object.keys(variant).every((key) => valueKeywords.has(key))) return undefined;
		for (const value of list) values.add(value);
	}
	return { ...(type === undefined ? {} : { type }), enum: [...values] };
}

/** The same for the two schemas that are no objects: `true`, which everything fits, and `false`. */
export function asSchema(schema: unknown): Schema {
	if (isSchema(schema)) return schema;
	return schema === false ? { not: {} } : {};
}
