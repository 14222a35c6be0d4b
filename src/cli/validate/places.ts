/** Finds where in the config's text a field is. Loaded by `validate` alone: nobody else needs to know. */
import type * as Jsonc from "jsonc-parser";

import { renamedFields } from "../../config/foreign-fields.ts";
import type { Keys } from "./field-path.ts";

/** Offsets into the text, in UTF-16 code units. */
export interface Range {
	readonly offset: number;
	readonly length: number;
}

export interface Place {
	/** The field's name; of an element of a list, and of the whole, the same as `value`. */
	readonly name: Range;
	readonly value: Range;
	/** Whether the value is a text, a number or the like. */
	readonly isPlain: boolean;
	/** Whether this is the field itself, and not what it would be in if it were there. */
	readonly isWhole: boolean;
}

export interface Places {
	/** As deep as there is something: at least the whole text. */
	find(keys: Keys): Place;
	/** Whether exactly that is there. */
	has(keys: Keys): boolean;
	/** Names that an object has more than once, each but the last, with their paths. */
	readonly repeated: readonly { readonly keys: Keys; readonly name: Range }[];
}

export function findPlaces(text: string): Places {
	// By this path for the reason that `config/json-text.ts` gives.
	const jsonc = require("jsonc-parser/lib/esm/main.js") as typeof Jsonc;
	const root = jsonc.parseTree(text, [], { allowTrailingComma: true });

	function find(keys: Keys): Place {
		let value = root;
		let name = root;
		for (const [index, key] of keys.entries()) {
			const next = value === undefined ? undefined : childOf(value, key, index);
			if (next === undefined) return placeOf(name, value, false);
			({ name, value } = next);
		}
		return placeOf(name, value, true);
	}

	return { find, has: (keys) => find(keys).isWhole, repeated: root === undefined ? [] : repeatedIn(root, []) };
}

interface Child {
	readonly name: Jsonc.Node;
	readonly value: Jsonc.Node;
}

function childOf(node: Jsonc.Node, key: string | number, depth: number): Child | undefined {
	const children = node.children ?? [];
	if (typeof key === "number") {
		const element = node.type === "array" ? children[key] : undefined;
		return element === undefined ? undefined : { name: element, value: element };
	}
	if (node.type !== "object") return undefined;
	// What is adapted from another client's spelling is reported by our own name.
	const names =
		depth === 2 ? [key, ...renamedFields.filter(([, ours]) => ours === key).map(([theirs]) => theirs)] : [key];
	for (const name of names) {
		// A repeated name counts with its last value.
		const property = children.findLast((each) => each.children?.[0]?.value === name);
		const [own, value] = property?.children ?? [];
		if (own !== undefined) return { name: own, value: value ?? own };
	}
	return undefined;
}

const whole: Range = { offset: 0, length: 1 };

function placeOf(name: Jsonc.Node | undefined, value: Jsonc.Node | undefined, isWhole: boolean): Place {
	const isPlain = value !== undefined && value.type !== "object" && value.type !== "array";
	return { name: rangeOf(name), value: rangeOf(value), isPlain, isWhole };
}

function rangeOf(node: Jsonc.Node | undefined): Range {
	if (node === undefined) return whole;
	// Of what has many lines only the beginning is pointed at.
	const isContainer = node.type === "object" || node.type === "array";
	return { offset: node.offset, length: isContainer ? 1 : node.length };
}

function repeatedIn(node: Jsonc.Node, keys: Keys): { keys: Keys; name: Range }[] {
	const children = node.children ?? [];
	if (node.type === "array") return children.flatMap((element, index) => repeatedIn(element, [...keys, index]));
	if (node.type !== "object") return [];
	const last = new Map(children.map((property) => [property.children?.[0]?.value as unknown, property]));
	return children.flatMap((property) => {
		const [name, value] = property.children ?? [];
		if (name === undefined) return [];
		const path = [...keys, String(name.value)];
		if (last.get(name.value) !== property) return [{ keys: path, name: rangeOf(name) }];
		return value === undefined ? [] : repeatedIn(value, path);
	});
}
