/** Writes what a model reads about tools. Pure. */
import type { Tool } from "../protocol/mcp.ts";
import { signature } from "./signature.ts";

export interface RenderOptions {
	/** One line about the group as a whole, such as its state; shown under the line that says how to call. */
	readonly note?: string;
}

/** A group's tools in full, with a first line that says how to call them. */
export function renderTools(group: string, tools: readonly Tool[], options: RenderOptions = {}): string {
	const head = `call_dynamic_tool {"group":${JSON.stringify(group)},"name":…,"args":{…}}`;
	const note = options.note === undefined ? [] : [options.note];
	const body = tools.length === 0 ? ["(no tools)"] : tools.map(renderTool);
	return [head, ...note, ...body].join("\n");
}

/**
 * One tool in full: its signature, and below it, indented, its description and what there is to say about single
 * parameters. Nothing a tool says of itself starts at the left edge, so it cannot pass for another tool.
 */
export function renderTool(tool: Tool): string {
	const { line, notes } = signature(tool);
	return [line, ...notes.map((note) => (note === "" ? "" : ` ${note}`))].join("\n");
}
