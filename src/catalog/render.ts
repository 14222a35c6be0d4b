/** Writes what a model reads about one tool, as a signature. Pure. */
import type { Tool } from "../protocol/mcp.ts";
import { type Signature, signature } from "./signature.ts";

/**
 * One tool in full: its signature, and below it, indented, its description and what there is to say about single
 * parameters. Nothing a tool says of itself starts at the left edge, so it cannot pass for another tool.
 */
export function renderTool(tool: Tool): string {
	return printSignature(signature(tool));
}

export function printSignature({
	line,
	description,
	notes,
}: Pick<Signature, "line" | "description" | "notes">): string {
	return [line, ...[...description, ...notes].map((note) => (note === "" ? "" : ` ${note}`))].join("\n");
}
