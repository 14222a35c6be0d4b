/** Writes values as YAML, in block style at the outside and flow style within. Pure. */
import type { Entry } from "./layout.ts";

/** `name:` and its fields below it, as lines. */
export function renderMember(name: string, entry: Entry): string[] {
	return [`${renderKey(name)}:`, ...fieldsOf(entry).map((line) => `  ${line}`)];
}

/** An entry of a list, as lines. */
export function renderItem(entry: Entry): string[] {
	return fieldsOf(entry).map((line, index) => (index === 0 ? `- ${line}` : `  ${line}`));
}

export function renderKey(key: string): string {
	return renderText(key);
}

/** As in `{ a: 1, b: [x] }`, on one line. */
export function renderFlow(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(renderFlow).join(", ")}]`;
	if (typeof value === "string") return renderText(value);
	if (typeof value !== "object" || value === null) return String(value);
	const members = Object.entries(value).map(([key, item]) => `${renderKey(key)}: ${renderFlow(item)}`);
	return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

function fieldsOf(entry: Entry): string[] {
	return Object.entries(entry).map(([key, value]) => `${renderKey(key)}: ${renderFlow(value)}`);
}

/** In quotes unless nobody could take it for anything but text; JSON's strings are YAML's, too. */
function renderText(text: string): string {
	const isPlain = /^[A-Za-z_/][\w./-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text);
	return isPlain ? text : JSON.stringify(text);
}
