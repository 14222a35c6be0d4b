/** Turns the lists of tools in a server entry written for another MCP client into our `tools`. Pure. */
import { isObject } from "../base/objects.ts";
import type { Draft } from "./draft.ts";
import { toolLists } from "./foreign-fields.ts";

/** False for a list, as Copilot has it, and for a table by tool, as Codex has it. */
export function isOurTools(tools: unknown): boolean {
	if (!isObject(tools)) return !Array.isArray(tools);
	const values = Object.values(tools);
	return (
		Object.hasOwn(tools, "allow") || Object.hasOwn(tools, "deny") || !values.every(isObject) || values.length === 0
	);
}

/** Never lets a tool through that one of the lists holds back, without a warning. */
export function adaptTools(draft: Draft): void {
	const { fields, warn } = draft;
	const written = fields.get("tools");
	const own = isObject(written) ? written : {};
	const rules: Record<string, unknown> = isOurTools(own) ? { ...own } : {};
	if (!isOurTools(own)) {
		fields.delete("tools");
		warn("tools", 'which tools there are is written "tools": { "allow": ["…"], "deny": ["…"] }');
	}
	for (const [field, rule] of toolLists) {
		const names = takeList(draft, field);
		if (names === undefined) continue;
		const known = rules[rule];
		if (known === undefined) rules[rule] = names;
		else if (rule === "allow") warn(field, "another list says which tools are allowed");
		// Anything but a list stays as it is: the validation names it.
		else if (Array.isArray(known)) rules[rule] = [...(known as unknown[]), ...names];
	}
	if (Object.keys(rules).length > 0) fields.set("tools", rules);
}

/** Undefined when there is no list, or none that says anything. */
function takeList({ fields, refuse }: Draft, field: string): string[] | undefined {
	const list = fields.get(field);
	if (list === undefined || (field === "tools" && !Array.isArray(list))) return undefined;
	fields.delete(field);
	if (list === null) return undefined;
	if (!isNames(list)) {
		refuse(field, 'expected a list of tool names; our own field is "tools"');
		return undefined;
	}
	// Goose writes an empty one when nothing is to be left out. To others an empty list allows nothing.
	return field === "available_tools" && list.length === 0 ? undefined : list;
}

function isNames(value: unknown): value is string[] {
	return Array.isArray(value) && value.every((name) => typeof name === "string");
}
