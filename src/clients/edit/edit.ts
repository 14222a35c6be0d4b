/**
 * Edits other programs' configs as a careful person would: one entry is set or taken out, and everything else stays byte for byte.
 * Every result is read again and compared with what it has to be; where it is anything else, nothing comes of it. Pure.
 */
import { UserError } from "../../base/errors.ts";
import type { Format } from "../types.ts";
import { documentOf, entryIn, parseText, same, withEntry, withoutEntry } from "./expected.ts";
import { removeFromJson, setInJson } from "./json.ts";
import type { Entry, Spot } from "./layout.ts";
import { removeFromToml, setInToml } from "./toml.ts";
import { removeFromYaml, setInYaml } from "./yaml.ts";

/**
 * The text with the entry in it: below `keys`, from the outermost object, under `name`. What is there may be an object by name, or a list of objects
 * with a `name`, which Continue's `mcpServers` in YAML also becomes when it is not there. An entry that is there is replaced; one that says
 * the same stays as it is. Without a text, or with an empty one, a whole file comes of it. Throws `UserError` where it cannot be done
 * safely: the text is broken, has another shape, or is written in a way that we cannot change.
 */
export function setEntry(
	text: string | undefined,
	format: Format,
	keys: readonly string[],
	name: string,
	entry: Entry,
): string {
	const spot = { keys, name };
	const { mark, body } = splitMark(text ?? "");
	const before = documentOf(body, format);
	const isList = format === "yaml" && keys.join() === "mcpServers";
	const wanted = withEntry(before, spot, entry, { isList, isYaml: format === "yaml" });
	if (text !== undefined && same(before, wanted)) return text;
	return (
		mark +
		checked(
			attempt(() => setIn(body, format, spot, entry, isList)),
			format,
			[wanted],
			spot,
			entry,
		)
	);
}

/**
 * The text without that entry; as it was when there is none. Of the keys on the way, those that held nothing else are taken out, too, except for the first
 * `kept` of them: all are kept unless something else is said. Throws `UserError` as `setEntry` does.
 */
export function removeEntry(
	text: string,
	format: Format,
	keys: readonly string[],
	name: string,
	kept = keys.length,
): string {
	const spot = { keys, name };
	const { mark, body } = splitMark(text);
	const before = documentOf(body, format);
	if (entryIn(before, keys, name) === undefined) return text;
	// In TOML there may be nothing that says that there is an empty table.
	const wanted = (format === "toml" ? [kept, 0] : [kept]).map((count) => withoutEntry(before, spot, count));
	return (
		mark +
		checked(
			attempt(() => removeFrom(body, format, spot, kept)),
			format,
			wanted,
			spot,
		)
	);
}

function setIn(text: string, format: Format, spot: Spot, entry: Entry, isList: boolean): string | undefined {
	if (format === "toml") return setInToml(text, spot, entry);
	if (format === "yaml" && !text.trimStart().startsWith("{")) return setInYaml(text, spot, entry, isList);
	return setInJson(text, spot, entry);
}

function removeFrom(text: string, format: Format, spot: Spot, kept: number): string | undefined {
	if (format === "toml") return removeFromToml(text, spot);
	if (format === "yaml" && !text.trimStart().startsWith("{")) return removeFromYaml(text, spot, kept);
	return removeFromJson(text, spot, kept);
}

/** A text that our editors do not understand is no reason to crash. */
function attempt(edit: () => string | undefined): string | undefined {
	try {
		return edit();
	} catch (error) {
		if (error instanceof RangeError || error instanceof SyntaxError) return undefined;
		throw error;
	}
}

/** The text, if it is what was wanted. */
function checked(
	text: string | undefined,
	format: Format,
	wanted: readonly unknown[],
	spot: Spot,
	entry?: Entry,
): string {
	if (text !== undefined) {
		const after = parseText(text, format);
		if ("value" in after && wanted.some((document) => same(after.value, document))) return text;
	}
	const where = spot.keys.join(".");
	if (entry === undefined) {
		const hint = `Take "${spot.name}" out of "${where}" by hand.`;
		throw new UserError(`"${where}" is written in a way that cannot be changed safely`, { hint });
	}
	// Other entries than our own may hold secrets.
	const snippet =
		spot.name === "dynamic-mcp" ? `:\n\n${setEntry(undefined, format, spot.keys, spot.name, entry)}` : ".";
	const hint = `Add "${spot.name}" to "${where}" by hand${snippet}`;
	throw new UserError(`"${where}" is written in a way that cannot be changed safely`, { hint });
}

/** Editors on Windows put a mark at the start of a text (BOM). */
function splitMark(text: string): { mark: string; body: string } {
	return text.startsWith("\uFEFF") ? { mark: "\uFEFF", body: text.slice(1) } : { mark: "", body: text };
}
