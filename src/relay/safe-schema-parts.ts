/** Looking into JSON Schemas that strangers wrote, and changing parts of them. Pure, and changes no schema in place. */
import { isSchema, type Schema, schemaMaps, schemaValues } from "../catalog/schema-parts.ts";

export interface Limits {
	readonly depth: number;
	/** Of all kinds, at all levels. */
	readonly values: number;
}

/** Whether a value from JSON is no larger than that. Takes no more stack for a deeper one. */
export function isWithin(value: unknown, limits: Limits): boolean {
	let level: unknown[] = [value];
	let values = 0;
	for (let depth = 0; level.length > 0; depth++) {
		values += level.length;
		if (depth > limits.depth || values > limits.values) return false;
		level = level.flatMap((inner) => (typeof inner === "object" && inner !== null ? Object.values(inner) : []));
	}
	return true;
}

/** Older drafts hold schemas, or lists of names, by name there. */
const isMap = (key: string) => key === "dependencies" || schemaMaps.has(key);

/** The same with another schema for each one right below it; the same object when none is another. */
export function mapSubschemas(schema: Schema, change: (inner: Schema) => Schema): Schema {
	const changeOne = (value: unknown) => (isSchema(value) ? change(value) : value);
	return mapEntries(schema, (value, key) => {
		if (isMap(key)) return isSchema(value) ? mapEntries(value, changeOne) : value;
		if (!schemaValues.has(key)) return value;
		return Array.isArray(value) ? mapList(value, changeOne) : changeOne(value);
	});
}

function mapEntries(object: Schema, change: (value: unknown, key: string) => unknown): Schema {
	const before = Object.entries(object);
	const after = before.map(([key, value]): [string, unknown] => [key, change(value, key)]);
	return after.some(([, value], index) => value !== before[index]?.[1]) ? Object.fromEntries(after) : object;
}

function mapList(list: readonly unknown[], change: (value: unknown) => unknown): readonly unknown[] {
	const changed = list.map((value) => change(value));
	return changed.some((value, index) => value !== list[index]) ? changed : list;
}
