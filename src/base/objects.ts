/** Telling what a value read from JSON is. Pure. */

/** True for what JSON calls an object: not null, not an array. */
export function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Undefined for what is no JSON, which no JSON is: for whoever says what was wanted instead, without quoting the text. */
export function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** The object's own member; undefined for what is no object, or has none. */
export function ownValue(value: unknown, key: string): unknown {
	return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** What the keys lead to, from the outermost object. */
export function valueAt(value: unknown, keys: readonly string[]): unknown {
	return keys.reduce(ownValue, value);
}
