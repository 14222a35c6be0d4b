/** JSON as others may write it: what is the same value to us is not the same text. */
import * as fc from "fast-check";

/** Numbers that reading and printing would change, among others. */
const numbers = fc.oneof(
	fc.constantFrom("12345678901234567890", "-9007199254740993", "1.0", "1e2", "-0", "1E+400", "0.10", "5e-324"),
	fc.integer().map(String),
	fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
);

/** With escapes where none need be, and characters of two halves. */
const strings = fc.oneof(
	fc.constantFrom('"\\u0061"', '"\\/"', '"\\ud83d\\ude00"', '"😀"', '"\\ud800"', '"\\u2028"', '"a\\n\\"}{]["', '"é"'),
	fc.string({ unit: "binary" }).map((value) => JSON.stringify(value)),
);

/** Names that mean something to somebody on the way, among others. */
const keys = fc.oneof(
	fc.constantFrom("id", "jsonrpc", "result", "error", "method", "params", "progressToken", "requestId", "__proto__"),
	fc.constantFrom("group", "code", "data", "logger", "nextCursor", "toString", "\\u0069d", "", "\\\\"),
	fc.string({ unit: "grapheme", maxLength: 8 }).map((key) => JSON.stringify(key).slice(1, -1)),
);

const gaps = fc.constantFrom("", "", "", " ", "\t");

const { any, object } = fc.letrec<{ any: string; array: string; object: string }>((tie) => ({
	any: fc.oneof(
		{ maxDepth: 6, withCrossShrink: true },
		fc.constantFrom("null", "true", "false", "[]", "{}", "[[]]", "[ ]"),
		numbers,
		strings,
		tie("array"),
		tie("object"),
	),
	array: fc
		.tuple(fc.array(tie("any"), { maxLength: 4 }), gaps)
		.map(([items, gap]) => `[${gap}${items.join(`${gap},${gap}`)}${gap}]`),
	object: fc
		.tuple(fc.array(fc.tuple(keys, tie("any")), { maxLength: 4 }), gaps)
		.map(([pairs, gap]) => `{${pairs.map(([key, value]) => `${gap}"${key}"${gap}:${gap}${value}${gap}`).join(",")}}`),
}));

/** Any value, as text. */
export const anyJsonText = any;

/** Any object, as text; of what it has, some may be given twice. */
export const anyObjectText = object;
